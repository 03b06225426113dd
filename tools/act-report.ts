/** What `foresight act` says of a push: a line a control step, a line at the end, or all of it as JSON. */
import type { Decision } from '../src/control/controller.ts';
import type { ControlStep, RunResult } from '../src/control/loop.ts';
import { pixelDistance } from '../src/spec/pixel.ts';
import type { Rig } from '../src/spec/rig.ts';
import type { Task } from '../src/spec/task.ts';

/** `step 3  at 63.2,80.1 (confidence 0.98)  cost 12.34  312 ms  sent x 0.10 y -0.20 z 0.00` */
export function describeStep(
  { index, decision, choiceMs, missedDeadline, sent }: ControlStep,
  rig: Rig,
): string {
  const { tracked, cost } = decision.thought;
  const seen = tracked.map(({ pixel: at, confidence }) => {
    return `at ${at.row.toFixed(1)},${at.col.toFixed(1)} (confidence ${confidence.toFixed(2)})`;
  });
  return [
    `step ${String(index + 1).padStart(2)}`,
    ...seen,
    cost === undefined ? withoutPlan(decision) : `cost ${cost.toFixed(2)}`,
    `${choiceMs.toFixed(0)} ms${missedDeadline ? ', late' : ''}`,
    `sent ${sent.map((a, d) => `${rig.action.names[d]} ${a.toFixed(2)}`).join(' ')}`,
  ].join('  ');
}

/** Why nothing was planned. */
function withoutPlan({ done, needsClick }: Decision): string {
  return done ? 'there' : needsClick ? 'lost' : 'out of sight, making way';
}

/** How it ended, as the tracker saw it, in one line. */
export function describeEnd(result: RunResult, steps: readonly ControlStep[]): string {
  const distance = believedDistances(steps).map((px) => `${px.toFixed(1)} px`);
  const { ending } = result;
  const word = ending === 'done' ? 'there' : ending === 'lost' ? 'lost' : 'stopped';
  return `${word} after ${result.steps} steps, last seen ${distance.join(', ') || 'nowhere'} from the goal`;
}

/** From where each designated pixel was last believed to be to its goal, pixels of the recorded frame. */
function believedDistances(steps: readonly ControlStep[]): number[] {
  const tracked = steps.at(-1)?.decision.thought.tracked ?? [];
  return tracked.flatMap(({ pixel: at, goal }) => (goal ? [pixelDistance(at, goal)] : []));
}

/** The whole push for `--json`. */
export function report(result: RunResult, steps: readonly ControlStep[], { goals, maxSteps }: Task) {
  return {
    task: { goals, maxSteps },
    done: result.ending === 'done',
    ending: result.ending,
    steps: steps.map(({ index, sent, choiceMs, decision: { thought } }) => ({
      index,
      sent,
      choiceMs,
      tracked: thought.tracked,
      cost: thought.cost ?? null,
    })),
    believedDistancePx: believedDistances(steps),
    missedDeadlines: result.missedDeadlines,
  };
}
