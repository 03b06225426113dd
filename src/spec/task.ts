import type { Frame } from './frame.ts';
import type { Pixel } from './pixel.ts';

/** What a person asks for: this pixel of the present frame should come to lie on that one. */
export interface PixelGoal {
  readonly designated: Pixel;
  readonly goal: Pixel;
  /** How near, on the table, is near enough, metres; 2.5 cm when not given. */
  readonly withinM?: number;
}

/** A picture of the wanted table, in a frame of the recorded size. */
export interface GoalImage {
  readonly frame: Frame;
  /** Where the arm was when it was taken: what it hides is not known. */
  readonly jointsRad: readonly number[];
}

/** A pushing task: pixels of the recorded frame that should go somewhere, or a picture of how it should end. */
export interface Task {
  /** Empty when there is a goal image: then they are found out from it. */
  readonly goals: readonly PixelGoal[];
  readonly goalImage?: GoalImage;
  /** At most so many control steps. */
  readonly maxSteps: number;
}

/** `PixelGoal.withinM` where it is not given, metres. */
export const NEAR_ENOUGH_M = 0.025;
