/** What it thinks: the frames it predicts, beside what then happened; the worst candidate; what plans cost; where the time goes. */
import { computed } from '@preact/signals';
import { usePulse } from '../answers.ts';
import { pictured, thoughts, welcome, type Pictured } from '../connection.ts';
import { decimals } from '../format.ts';
import { OneOfMany } from '../one-of-many.tsx';
import { FRAME_MS, Hindsight } from './hindsight.tsx';

const aspect = computed(() =>
  welcome.value ? welcome.value.frame.width / welcome.value.frame.height : 4 / 3,
);
/** So many of the predicted frames are shown in a row, from the next to the last. */
const SHOWN = 5;

export function Thinking() {
  const last = thoughts.value.at(-1);
  // A step without a plan (it waits, it lifts) says nothing new: what it foresaw last stays.
  const newest = pictured.value.findLast(({ ahead }) => ahead > 0);
  return (
    <section class="thinking" aria-label="What it thinks">
      <h2>What it thinks</h2>
      <Row
        alt="Predicted frames"
        name={
          newest ? `Predicted at step ${newest.step}, up to ${newest.ahead} steps ahead` : 'Predicted frames'
        }
        step={newest}
        picture="predicted"
      />
      <Row alt="Where the points may be then" step={newest} picture="heat" />
      <div class="pair">
        <Hindsight aspect={aspect.value} />
        <Worst step={newest} cost={last?.worstCost ?? null} />
      </div>
      <Costs costs={thoughts.value.map(({ cost }) => cost)} />
      {last && <Iterations iterations={last.iterations} />}
      {last && <Time {...last} />}
    </section>
  );
}

interface RowProps {
  readonly alt: string;
  /** What stands above it, if not that. */
  readonly name?: string;
  readonly step: Pictured | undefined;
  readonly picture: 'predicted' | 'heat';
}

function Row({ alt, name = alt, step, picture }: RowProps) {
  const src = step?.pictures[picture];
  const ahead = step?.ahead ?? 0;
  return (
    <figure>
      <figcaption>{name}</figcaption>
      <div class="strip">
        {src !== undefined &&
          Array.from({ length: SHOWN }, (_, k) => {
            const at = Math.round((k * (ahead - 1)) / (SHOWN - 1));
            return (
              <OneOfMany
                key={k}
                src={src}
                alt={k === 0 ? alt : ''}
                count={ahead}
                at={at}
                aspect={aspect.value}
              />
            );
          })}
      </div>
    </figure>
  );
}

/** What the candidate that it liked least would have led to. */
function Worst({ step, cost }: { readonly step: Pictured | undefined; readonly cost: number | null }) {
  const src = step?.pictures.worst;
  const count = usePulse(FRAME_MS, true);
  return (
    <figure>
      <figcaption>Worst{cost !== null && `: ${decimals(cost, 1)} pixels`}</figcaption>
      <div class="still">
        {step && src !== undefined && (
          <OneOfMany
            src={src}
            alt="What the worst candidate would do"
            count={step.ahead}
            at={count % step.ahead}
            aspect={aspect.value}
          />
        )}
      </div>
    </figure>
  );
}

const CURVE = { width: 320, height: 56 };

/** Cost of each step's plan: how far from their goals the points are expected to be. */
function Costs({ costs }: { readonly costs: readonly (number | null)[] }) {
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

interface IterationsProps {
  readonly iterations: readonly { readonly best: number; readonly mean: number; readonly count: number }[];
}

/** How each refit of the planner went. */
function Iterations({ iterations }: IterationsProps) {
  return (
    <p class="detail two-lines">
      {iterations
        .map(
          ({ best, mean, count }) =>
            `${count} candidates: best ${decimals(best, 1)}, mean ${decimals(mean, 1)}`,
        )
        .join(' → ')}
    </p>
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
      <figcaption class={missedDeadline ? 'two-lines problem' : 'two-lines'}>
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
