/**
 * The planner contract. A planner sees costs of candidates, perhaps their gradients, and nothing else: no tensors,
 * no frames, no model. Every planner passes `test/contract/planner.ts`.
 */
import type { Random } from '../spec/random.ts';

/** Costs of N candidates: `candidates` holds N x T x A numbers in -1..1, the answer N numbers, lower is better. */
export type CostFunction = (candidates: Float32Array, count: number) => Promise<Float32Array>;

/** Costs of N candidates, [N], and how each cost changes with each number of its own candidate, [N, T, A]. */
export type GradientFunction = (
  candidates: Float32Array,
  count: number,
) => Promise<{ readonly costs: Float32Array; readonly gradients: Float32Array }>;

/** All that a planner may ask about candidates. */
export interface Costs {
  readonly costs: CostFunction;
  /** Absent where costs cannot be differentiated: a simulator has none. */
  readonly gradients?: GradientFunction;
}

/** What a planner may start from. */
export interface Prior {
  /** The last plan, not yet shifted: the warm start. */
  readonly previous?: Plan;
  /** Action sequences worth trying (T x A each), tried in the first iteration. */
  readonly proposals?: readonly Float32Array[];
}

/** What came out: the action sequence to carry out and what the search looked like. */
export interface Plan {
  /** T x A: the sequence with the lowest cost seen, or the average that the planner is named for. */
  readonly actions: Float32Array;
  /** Its cost, as it was answered. */
  readonly cost: number;
  /** What the next plan's draws are centred on, before it is shifted, T x A. */
  readonly mean: Float32Array;
  /** The best of the last iteration (and an average of it), best first, T x A each: what is worth judging again. */
  readonly elites: readonly Float32Array[];
  /** That of the same iteration with the highest finite cost, for people; absent where no cost was finite. */
  readonly worst?: { readonly actions: Float32Array; readonly cost: number };
  /** Lowest and mean cost of each iteration, for reports. */
  readonly iterations: readonly { readonly best: number; readonly mean: number; readonly count: number }[];
}

export interface Planner {
  readonly name: string;
  /**
   * How many candidates each call will carry, of costs or of gradients, in order: the iterations of a plan. The contract
   * suite holds planners to it; nobody asks while planning.
   */
  populations(): readonly number[];
  /**
   * Searches. Same seed, same costs, same plan. What the functions of `costs` throw passes through; a NaN cost
   * counts as the worst; a ForesightError says so when no cost of an iteration is a number, and when the planner
   * needs gradients and there are none.
   */
  plan(costs: Costs, prior: Prior, random: Random): Promise<Plan>;
}
