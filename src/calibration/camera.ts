/** The arm shows itself to the camera in a dozen poses; the camera's matrix follows, or how far it is from what it was. */
import type { LiveRig } from '../rig/live-rig.ts';
import { apart } from '../rig/travel.ts';
import { towards, type Vector3 } from '../spec/action.ts';
import type { Frame } from '../spec/frame.ts';
import { project } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';
import type { Pose } from './align-tip.ts';
import { findTips } from './find-tip.ts';
import { FRAME_TIMEOUT_MS, settledFrame } from './settled.ts';

/** The target is there, metres: what is left is rounding. */
const SENT_M = 0.001;
/** A way that is longer shows in the picture, metres. */
const SEEN_M = 0.02;
/** A way across the workspace takes about a third of this. */
const LONGEST_WAY = 60;
/** Farther off than this, in shares of the frame's width, and the camera has moved: 1 px of 160. */
const MOVED_SHARE = 1 / 160;

export interface PhotographOptions {
  readonly onPose?: (index: number) => void;
  readonly onPicture?: (frame: Frame) => void;
  /** Holds the arm at once, and ends. */
  readonly signal?: AbortSignal;
}

/** Photographs the armed arm at each of `places`, metres, and holds it at the last. The table must be clear. */
export async function photographArm(
  live: LiveRig,
  places: readonly Vector3[],
  { onPose, onPicture, signal }: PhotographOptions = {},
): Promise<Pose[]> {
  const { rig, robot, camera, clock } = live;
  const poses: Pose[] = [];
  const holdNow = (): void => void robot.hold();
  signal?.addEventListener('abort', holdNow, { once: true });
  try {
    let { frame: before } = await camera.next(FRAME_TIMEOUT_MS);
    for (const [index, place] of places.entries()) {
      onPose?.(index);
      const isSeen = apart(robot.target(), place) > SEEN_M;
      for (let step = 0; step < LONGEST_WAY && apart(robot.target(), place) > SENT_M; step++) {
        signal?.throwIfAborted();
        await robot.send(towards(place, robot.target(), rig.action));
        await clock.endOfStep();
        await robot.state(); // so that the arm knows when something holds it back
      }
      before = await settledFrame(camera, isSeen ? before : null);
      onPicture?.(before);
      const { jointsRad, tip } = await robot.state();
      poses.push({ frame: before, jointsRad, tip });
    }
  } finally {
    signal?.removeEventListener('abort', holdNow);
    await robot.hold();
  }
  return poses;
}

/** Whether the camera still is where the rig has it: how far off its tips are, root mean square, pixels. */
export function howFarOff(rig: Rig, poses: readonly Pose[]): { rmsPx: number; hasMoved: boolean } {
  const { pixels, solved } = findTips(poses, rig.arm);
  const squares = poses.flatMap(({ tip }, i) => {
    if (solved.outliers.includes(i)) return [];
    const { row, col } = project(rig.projection, tip);
    return [(row - pixels[i].row) ** 2 + (col - pixels[i].col) ** 2];
  });
  const rmsPx = Math.sqrt(squares.reduce((sum, v) => sum + v, 0) / squares.length);
  return { rmsPx, hasMoved: rmsPx > MOVED_SHARE * rig.frame.width };
}
