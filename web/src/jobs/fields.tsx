/** Forms that order long work: fields with their names, and the button that sends them. */
import type { ComponentChildren } from 'preact';

interface FieldProps {
  readonly name: string;
  readonly hint?: string;
}

export function NumberField({
  name,
  value,
  onValue,
  least = 0,
  most,
}: FieldProps & {
  readonly value: number;
  readonly onValue: (value: number) => void;
  readonly least?: number;
  readonly most: number;
}) {
  return (
    <label class="field">
      {name}
      <input
        type="number"
        min={least}
        max={most}
        step="any"
        required
        value={value}
        onInput={({ currentTarget }) => {
          if (!Number.isNaN(currentTarget.valueAsNumber)) onValue(currentTarget.valueAsNumber);
        }}
      />
    </label>
  );
}

export function TextField({
  name,
  hint,
  value,
  onValue,
}: FieldProps & { readonly value: string; readonly onValue: (value: string) => void }) {
  return (
    <label class="field">
      {name}
      <input
        type="text"
        required
        pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,63}"
        title={hint}
        value={value}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </label>
  );
}

export function ChoiceField({
  name,
  value,
  choices,
  onValue,
}: FieldProps & {
  readonly value: string;
  readonly choices: readonly string[];
  readonly onValue: (value: string) => void;
}) {
  return (
    <label class="field">
      {name}
      <select value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </label>
  );
}

export function OrderForm({
  action,
  disabled,
  onOrder,
  children,
}: {
  readonly action: string;
  readonly disabled: boolean;
  readonly onOrder: () => void;
  readonly children: ComponentChildren;
}) {
  return (
    <form
      class="order"
      aria-label={action}
      onSubmit={(event) => {
        event.preventDefault();
        onOrder();
      }}
    >
      {children}
      <button type="submit" class="go" disabled={disabled}>
        {action}
      </button>
    </form>
  );
}
