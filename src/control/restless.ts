/**
 * Against doing nothing. What lies farther off in time is less certain to go right, so that waiting now and pushing later
 * looks as good as pushing now, in every control step anew; and where no push is predicted to help much, standing still
 * costs the least. Of 45 control steps to turn an object, 25 were once spent like that.
 */
import type { Plan } from '../planner/planner.ts';

/** An action shorter than this is none, in units of its range -1..1. */
const IDLE = 0.08;
/** A sequence whose numbers add up to less than this does nothing much. */
const LEAST = 1;

/**
 * The same plan with what it waits for at its beginning left out, its elites too; those that do nothing at all are out of
 * the running, however good they look. The plan as it is when there is no other.
 *
 * @param actionDims numbers an action
 */
export function underWay(plan: Plan, actionDims: number): Plan {
  const [actions, ...elites] = [plan.actions, ...plan.elites].flatMap(
    (sequence) => startNow(sequence, actionDims) ?? [],
  );
  return actions === undefined ? plan : { ...plan, actions, elites };
}

/** A sequence without its idle beginning, still at its end; null when it hardly does anything. */
export function startNow(sequence: Float32Array, actionDims: number): Float32Array | null {
  const first = sequence.findIndex((a) => Math.abs(a) > IDLE);
  if (sequence.reduce((sum, a) => sum + Math.abs(a), 0) < LEAST) return null;
  const started = new Float32Array(sequence.length);
  started.set(sequence.subarray(first - (first % actionDims)));
  return started;
}
