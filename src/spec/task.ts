import type { Pixel } from './pixel.ts';

/** What a person asks for: these pixels of the present frame should come to lie on those. */
export interface PixelGoal {
  readonly designated: Pixel;
  readonly goal: Pixel;
}

/** A pushing task, in pixels of the recorded frame. */
export interface Task {
  readonly goals: readonly PixelGoal[];
  /** At most so many control steps. */
  readonly maxSteps: number;
}
