/** What can be chosen of the controller, and what is chosen when nothing is said. */
import type { FinalistsConfig } from './finalists.ts';

/** See `ForesightConfig.goalCost`. */
export const GOAL_COSTS = ['pixels', 'picture'] as const;
export type GoalCost = (typeof GOAL_COSTS)[number];

export interface ForesightConfig extends FinalistsConfig {
  /** T, control steps looked ahead beyond the one in flight. */
  readonly horizon: number;
  /** Hand-made sequences among the first candidates. */
  readonly proposals: number;
  /** How often is searched in a control step when an object has to turn: few of all pushes turn it the right way. */
  readonly turnSearches: number;
  /** A goal counts as reached when its pixel is believed to be within this share of what was asked for. */
  readonly doneShare: number;
  /**
   * Within this share of what was asked for the arm may wait rather than act. Less than 1, since a point is not exactly
   * where it is believed to be: half of the control steps to turn an object were once spent waiting 0.1 mm too far away.
   */
  readonly metShare: number;
  /**
   * From this share of what was asked for on, a push has to be worth it: one that is predicted to bring a point nearer by
   * less than `worthPx`, pixels of the model's frame, is left undone, and the task is done. On the way round a thing that
   * was 6 mm from its goal the finger once took it along, 3 cm away.
   */
  readonly restShare: number;
  readonly worthPx: number;
  /** What a plan is judged by when the task is a goal image: the pixels that have to move, or predicted pictures. */
  readonly goalCost: GoalCost;
}

export const FORESIGHT_DEFAULTS: ForesightConfig = {
  horizon: 10,
  // Two thirds of iCEM's 40 candidates, the most that it takes; other planners take as many as fit.
  proposals: 26,
  turnSearches: 2,
  doneShare: 0.3,
  metShare: 0.85,
  restShare: 0.7,
  worthPx: 0.7,
  finalists: 6,
  copies: 3,
  shake: 0.12,
  commitment: 0.1,
  goalCost: 'pixels',
};
