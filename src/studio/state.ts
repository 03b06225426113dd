/** What the studio is doing, as those who watch are told: plain data. */
import type { Ending } from '../control/loop.ts';
import type { Pixel } from '../spec/pixel.ts';

/**
 * `opening`: the model is being made ready; `resting`: not armed, nothing moves; `armed`: waits for a start; `pushing`:
 * under way; `paused`: holds still, and goes on from where the tracker last saw things.
 */
export type Phase = 'opening' | 'resting' | 'armed' | 'pushing' | 'paused';

/** A point that should go somewhere, in pixels of the recorded frame. */
export interface StudioGoal {
  /** Where the point is, as clicked, then as tracked. */
  readonly from: Pixel;
  /** Null until it is chosen. */
  readonly to: Pixel | null;
  /** How sure the tracker is of `from`, 0..1; null before anything was tracked. */
  readonly confidence: number | null;
}

export interface StudioState {
  readonly phase: Phase;
  /** Seed of the simulated scene. */
  readonly scene: number;
  readonly goals: readonly StudioGoal[];
  /** How many goal images were chosen so far, when one is what is asked for; null when the goals are points. */
  readonly goalImage: number | null;
  /** Control steps of the push under way or last done, of at most so many. */
  readonly step: number;
  readonly maxSteps: number;
  /** How the last push ended; null while there was none. */
  readonly ending: Ending | null;
  /** What went wrong, and what to do; null while nothing did. */
  readonly problem: { readonly message: string; readonly next?: string } | null;
}

/** What the controller thought in one control step. */
export interface ThoughtReport {
  readonly step: number;
  /** Expected distance from the goals of the plan that was chosen, pixels of the model's frame. */
  readonly cost: number | null;
  /** The same of the candidate that it liked least. */
  readonly worstCost: number | null;
  readonly iterations: readonly { readonly best: number; readonly mean: number; readonly count: number }[];
  /** Where the step's time went, ms, and how much there was. */
  readonly sections: Readonly<Record<string, number>>;
  readonly deadlineMs: number;
  readonly missedDeadline: boolean;
  /**
   * How many frames it predicted: the first of them shows what the control step after the next begins with, since one
   * action is under way while it thinks.
   */
  readonly ahead: number;
}
