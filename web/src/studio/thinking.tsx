/** What it thinks: the frames it predicts, where the points may be then, what its plans cost, and where the time goes. */
import { heat, predicted, thoughts } from '../connection.ts';
import { decimals } from '../format.ts';

export function Thinking() {
  const all = thoughts.value;
  const last = all.at(-1);
  return (
    <section class="thinking" aria-label="What it thinks">
      <h2>What it thinks</h2>
      <Strip
        name={`Predicted frames, from the next step to ${last?.ahead ?? 10} steps ahead`}
        address={predicted.value}
      />
      <Strip name="Where the points may be then" address={heat.value} />
      <Costs costs={all.map(({ cost }) => cost)} />
      {last && <Time {...last} />}
    </section>
  );
}

function Strip({ name, address }: { name: string; address: string | null }) {
  return (
    <figure>
      <figcaption>{name}</figcaption>
      <div class="strip">{address !== null && <img src={address} alt={name} />}</div>
    </figure>
  );
}

const CURVE = { width: 320, height: 70 };

/** Cost of each step's plan: how far from their goals the points are expected to be. */
function Costs({ costs }: { costs: readonly (number | null)[] }) {
  const known = costs.flatMap((cost, i) => (cost === null ? [] : [{ cost, i }]));
  const most = Math.max(1, ...known.map(({ cost }) => cost));
  const at = ({ cost, i }: { cost: number; i: number }): string =>
    `${(i / Math.max(1, costs.length - 1)) * CURVE.width},${CURVE.height - 4 - (cost / most) * (CURVE.height - 8)}`;
  const latest = known.at(-1)?.cost;
  const words =
    latest === undefined ? 'Cost of the plans' : `Cost of the plan: ${decimals(latest, 1)} pixels`;
  return (
    <figure>
      <figcaption>{words}</figcaption>
      <svg class="plot" viewBox={`0 0 ${CURVE.width} ${CURVE.height}`} role="img" aria-label={words}>
        <line class="axis" x1={0} x2={CURVE.width} y1={CURVE.height - 4} y2={CURVE.height - 4} />
        <polyline class="line-0" points={known.map(at).join(' ')} />
      </svg>
    </figure>
  );
}

interface TimeProps {
  readonly sections: Readonly<Record<string, number>>;
  readonly deadlineMs: number;
  readonly missedDeadline: boolean;
}

/** Where the last control step's time went, against what there was. */
function Time({ sections, deadlineMs, missedDeadline }: TimeProps) {
  const parts = Object.entries(sections).filter(([, ms]) => ms >= 0.5);
  const words = parts.map(([name, ms]) => `${name} ${decimals(ms, 0)} ms`).join(', ');
  return (
    <figure>
      <figcaption class={missedDeadline ? 'problem' : undefined}>
        {words} of {deadlineMs} ms
      </figcaption>
      <div class="time" role="img" aria-label={`${words} of ${deadlineMs} ms`}>
        {parts.map(([name, ms]) => (
          <span key={name} class={`part ${name}`} style={{ width: `${(100 * ms) / deadlineMs}%` }} />
        ))}
      </div>
    </figure>
  );
}
