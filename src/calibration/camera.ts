/** The arm shows itself to the camera in a dozen poses; the camera's matrix follows, or how far it is from what it was. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveRig } from '../rig/live-rig.ts';
import { apart } from '../rig/travel.ts';
import { towards, type Vector3 } from '../spec/action.ts';
import { project, type Projection } from '../spec/projection.ts';
import type { Pixel } from '../spec/pixel.ts';
import type { Pose } from './find-tip.ts';

const FRAME_TIMEOUT_MS = 5000;
/** What trembles has come to rest by then, and a picture of it has arrived, however late the camera is, ms. */
const SETTLING_MS = 500;
/** The target is there, metres: what is left is rounding. */
const SENT_M = 0.001;
/** A way across the workspace takes about a third of this. */
const LONGEST_WAY = 60;

/** Photographs the armed arm at each of `places`, metres, and holds it at the last. The table must be clear. */
export async function photographArm(
  live: LiveRig,
  places: readonly Vector3[],
  onPose: (index: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Pose[]> {
  const { rig, robot, camera, clock } = live;
  const poses: Pose[] = [];
  try {
    for (const [index, place] of places.entries()) {
      onPose(index);
      for (let step = 0; step < LONGEST_WAY && apart(robot.target(), place) > SENT_M; step++) {
        signal?.throwIfAborted();
        await robot.send(towards(place, robot.target(), rig.action));
        await clock.endOfStep();
        await robot.state(); // so that the arm knows when something holds it back
      }
      await sleep(SETTLING_MS);
      const { frame } = await camera.next(FRAME_TIMEOUT_MS);
      const { jointsRad, tip } = await robot.state();
      poses.push({ frame, jointsRad, tip });
    }
  } finally {
    await robot.hold();
  }
  return poses;
}

/** How far from where it was seen a camera has each tip, pixels. */
export function distancesPx(
  projection: Projection,
  poses: readonly Pose[],
  pixels: readonly Pixel[],
): number[] {
  return poses.map(({ tip }, i) => {
    const { row, col } = project(projection, tip);
    return Math.hypot(row - pixels[i].row, col - pixels[i].col);
  });
}
