/** What is on disk, as cards. */
import type { ComponentChildren } from 'preact';
import { Alert } from '../alert.tsx';
import type { Answer } from '../answers.ts';
import type { Problem } from '../../../src/server/messages.ts';

interface ShelfProps<Message> {
  readonly title: string;
  readonly about: string;
  readonly answer: Answer<Message>;
  /** The command that makes the first one. */
  readonly first: string;
  readonly wide?: boolean;
  readonly cards: (message: Message) => readonly ComponentChildren[];
}

export function Shelf<Message>({ title, about, answer, first, wide, cards }: ShelfProps<Message>) {
  const shown = answer.message === undefined ? [] : cards(answer.message);
  return (
    <section>
      <h2>{title}</h2>
      <p class="about">{about}</p>
      <Alert problem={answer.problem} />
      {answer.message !== undefined && shown.length === 0 && (
        <p class="notice">
          None yet. Make one: <code>{first}</code>
        </p>
      )}
      <div class={wide ? 'cards wide' : 'cards'}>{shown}</div>
    </section>
  );
}

export function Card({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <article class="card">
      <h3>{title}</h3>
      {children}
    </article>
  );
}

export function ProblemCard({ name, problem }: Problem) {
  return (
    <Card title={name}>
      <p class="problem">{problem}</p>
    </Card>
  );
}

/** The first row of a table: what its columns are. */
export function ColumnNames({ names }: { readonly names: readonly string[] }) {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** Names and what is so. */
export function Facts({ named }: { named: Readonly<Record<string, string>> }) {
  return (
    <dl>
      {Object.entries(named).map(([name, fact]) => (
        <>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </>
      ))}
    </dl>
  );
}
