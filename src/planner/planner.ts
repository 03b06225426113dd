/**
 * The planner contract. A planner sees costs of candidates and nothing else: no tensors, no frames, no model.
 * Every planner passes `test/contract/planner.ts`.
 */
import type { Random } from '../spec/random.ts';

/** Costs of N candidates: `candidates` holds N x T x A numbers in -1..1, the answer N numbers, lower is better. */
export type CostFunction = (candidates: Float32Array, count: number) => Promise<Float32Array>;

/** What a planner may start from. */
export interface Prior {
  /** The last plan, not yet shifted: the warm start. */
  readonly previous?: Plan;
  /** Action sequences worth trying (T x A each), tried in the first iteration. */
  readonly proposals?: readonly Float32Array[];
}

/** What came out: the best action sequence found and what the search looked like. */
export interface Plan {
  /** T x A, the sequence with the lowest cost seen. */
  readonly actions: Float32Array;
  readonly cost: number;
  /** Mean of the last refit, T x A. */
  readonly mean: Float32Array;
  /** The elites of the last iteration, best first, T x A each. */
  readonly elites: readonly Float32Array[];
  /** Lowest and mean cost of each iteration, for reports. */
  readonly iterations: readonly { readonly best: number; readonly mean: number; readonly count: number }[];
}

export interface Planner {
  readonly name: string;
  /** How many candidates each call of the cost function will carry, in order, so that costs can be compiled. */
  populations(): readonly number[];
  /**
   * Searches. Same seed, same costs, same plan. What the cost function throws passes through; a NaN cost counts
   * as the worst; a ForesightError says so when no cost of an iteration is a number.
   */
  plan(costs: CostFunction, prior: Prior, random: Random): Promise<Plan>;
}
