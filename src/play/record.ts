import { ensure } from '../spec/errors.ts';
import type { Episode, Moment } from '../spec/episode.ts';
import type { Frame } from '../spec/frame.ts';
import type { LiveRig } from '../rig/live-rig.ts';
import type { PlayPolicy } from './policy.ts';

/** What play is called in a dataset's table of tasks. */
export const PLAY_TASK = 'play with what is on the table';

/** A frame that takes longer than this is a fault of the camera. */
const FRAME_TIMEOUT_MS = 5000;

export interface RecordOptions {
  /** Control steps; the episode has one frame more. */
  readonly steps: number;
  /** Of the scene. */
  readonly seed: number;
  /** Stops between two control steps: the arm holds still, and the signal's reason is thrown. */
  readonly signal?: AbortSignal;
  /** Sees every frame as it is taken. */
  readonly onFrame?: (frame: Frame) => void;
}

/**
 * Plays and records one episode: a frame, the arm's state, the action that was SENT, and so on to the last frame,
 * from which nothing is sent. The robot must have been armed.
 */
export async function recordEpisode(
  rig: LiveRig,
  policy: PlayPolicy,
  { steps, seed, signal, onFrame }: RecordOptions,
): Promise<Episode> {
  ensure(steps >= 1, `episode: expected 1 control step or more, got ${steps}`);
  const { plate } = await rig.reset(seed);
  await policy.begin(plate);
  const moments: Moment[] = [];
  try {
    for (let t = 0; t <= steps; t++) {
      signal?.throwIfAborted();
      const { frame } = await rig.camera.next(FRAME_TIMEOUT_MS);
      onFrame?.(frame);
      const arm = await rig.robot.state();
      const truth = rig.truth?.();
      // The last frame has nothing after it.
      const asked = t < steps ? await policy.act({ frame, arm, target: rig.robot.target() }) : null;
      const action = asked === null ? null : await rig.robot.send(asked);
      moments.push({ frame, arm, action, ...(truth === undefined ? {} : { truth }) });
      if (action !== null) await rig.clock.endOfStep();
    }
  } finally {
    await rig.robot.hold();
    await policy.end?.();
  }
  return { moments, plate, seed, task: PLAY_TASK };
}
