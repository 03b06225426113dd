/**
 * One episode of play: frames 0..T and actions 0..T-1. The timeline rule: action[t] leads from frame[t] to
 * frame[t+1], and it is the action that was SENT.
 */
import type { Frame } from './frame.ts';
import type { Vector3 } from './action.ts';
import { ensure } from './errors.ts';

/** What the arm says of itself at one moment. */
export interface ArmState {
  /** One angle a joint, radians. */
  readonly jointsRad: readonly number[];
  /** The gripper's tip, metres in the table's frame. */
  readonly tip: Vector3;
}

/** One moment: what was seen, where the arm was, and the action sent from there (none at the last moment). */
export interface Moment {
  readonly frame: Frame;
  readonly arm: ArmState;
  readonly action: readonly number[] | null;
  /**
   * Ground truth where there is any (the simulator): for each of up to 4 objects, a point on its top, metres,
   * NaN where there is no object. Measured against, never trained on.
   */
  readonly truth?: Float32Array;
}

/** The number of objects whose truth an episode can hold. */
export const MAX_OBJECTS = 4;

export interface Episode {
  readonly moments: readonly Moment[];
  /** The table without objects, arm out of the way: the background plate. */
  readonly plate: Frame;
  /** The seed that the scene and the play policy followed from. */
  readonly seed: number;
  /** What the episode is, in words (LeRobot's task). */
  readonly task: string;
}

/** Whole control steps of so much play: 0.1 minutes at 2 Hz are 12 of them, not 11.999. */
export function stepsOf(minutes: number, controlHz: number): number {
  return Math.round(minutes * 60 * controlHz);
}

/** Throws unless every moment but the last has an action and the last has none. */
export function validateEpisode(episode: Episode): void {
  const last = episode.moments.length - 1;
  ensure(last >= 1, `episode: expected at least 2 moments, got ${last + 1}`);
  episode.moments.forEach((moment, t) => {
    ensure(
      (moment.action === null) === (t === last),
      `episode: moment ${t} of ${last} ${moment.action === null ? 'lacks its action' : 'has an action after the last frame'}`,
    );
  });
}
