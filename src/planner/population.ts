/** The candidates of one iteration, and their order by cost. */
import { ForesightError, ensure } from '../spec/errors.ts';
import type { CostFunction } from './planner.ts';

/** Length and width of an action sequence. */
export interface SequenceShape {
  /** T, control steps. */
  readonly horizon: number;
  /** A, numbers an action. */
  readonly actionDims: number;
}

/** N candidates with their costs; NaN costs have become Infinity. */
export interface Population {
  /** Best first, T x A each. */
  readonly ranked: readonly Float32Array[];
  /** Of the same candidates, in the same order. */
  readonly costs: readonly number[];
}

/** Asks for the candidates' costs and ranks them. Equal costs keep their order. */
export async function evaluate(
  costs: CostFunction,
  candidates: readonly Float32Array[],
): Promise<Population> {
  const width = candidates[0].length;
  const flat = new Float32Array(candidates.length * width);
  candidates.forEach((candidate, n) => flat.set(candidate, n * width));
  const answer = await costs(flat, candidates.length);
  ensure(
    answer.length === candidates.length,
    `planner: the cost function got ${candidates.length} candidates and returned ${answer.length} costs`,
  );
  const worst = (cost: number): number => (Number.isNaN(cost) ? Infinity : cost);
  const order = candidates.map((_, n) => n);
  order.sort((a, b) =>
    worst(answer[a]) < worst(answer[b]) ? -1 : worst(answer[a]) > worst(answer[b]) ? 1 : a - b,
  );
  if (Number.isNaN(answer[order[0]])) {
    throw new ForesightError(`planner: the costs of all ${candidates.length} candidates are NaN`, {
      next: 'foresight doctor (a model whose training diverged predicts NaN)',
    });
  }
  return { ranked: order.map((n) => candidates[n]), costs: order.map((n) => worst(answer[n])) };
}

/** The line of `Plan.iterations` for a population: candidates without a finite cost are left out of the mean. */
export function summary(population: Population): { best: number; mean: number; count: number } {
  const finite = population.costs.filter(Number.isFinite);
  const mean = finite.reduce((sum, cost) => sum + cost, 0) / Math.max(1, finite.length);
  return { best: population.costs[0], mean, count: population.costs.length };
}

/**
 * A sequence one control step later: its first action has been carried out, the rest move up, and `last`
 * (standing still by default) comes in at the end.
 */
export function shiftByOne(
  sequence: Float32Array,
  actionDims: number,
  last: ArrayLike<number> = new Float32Array(actionDims),
): Float32Array {
  const shifted = new Float32Array(sequence.length);
  shifted.set(sequence.subarray(actionDims));
  shifted.set(last, sequence.length - actionDims);
  return shifted;
}

/** Throws unless a sequence handed to a planner has T x A entries. */
export function checkSequence(sequence: Float32Array, shape: SequenceShape, what: string): void {
  const expected = shape.horizon * shape.actionDims;
  ensure(
    sequence.length === expected,
    `planner: ${what} needs ${shape.horizon} x ${shape.actionDims} = ${expected} numbers, got ${sequence.length}`,
  );
}

/** Entries clamped to -1..1, in place. */
export function clampSequence(sequence: Float32Array): Float32Array {
  for (let i = 0; i < sequence.length; i++) sequence[i] = Math.max(-1, Math.min(1, sequence[i]));
  return sequence;
}
