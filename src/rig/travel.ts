/** Getting the tip to another place without touching what stands on the table: up, across, down. */
import { towards, type Action, type Vector3 } from '../spec/action.ts';
import { distanceOnTable } from '../spec/on-table.ts';
import type { Rig } from '../spec/rig.ts';
import type { LiveRig } from './live-rig.ts';

/** Travelling sideways happens above this part of the workspace's height: over everything. */
const TRAVEL_FRACTION = 0.8;
/** Nearer than this it comes down, or has arrived, metres. */
const ARRIVED_M = 0.01;
/** The target is there, metres: what is left is rounding. */
const SENT_M = 0.001;
/** A way across the workspace takes about a third of this. */
const LONGEST_WAY = 40;

/** The next action on the way of the tip to `to`, metres. */
export function travelAction(to: Vector3, tip: Vector3, { action, workspace }: Rig): Action {
  const [low, high] = [workspace.low[2], workspace.high[2]];
  if (distanceOnTable(to, tip) < ARRIVED_M) return towards(to, tip, action);
  const isHigh = tip[2] > low + TRAVEL_FRACTION * (high - low);
  return towards(isHigh ? [to[0], to[1], high] : [tip[0], tip[1], high], tip, action);
}

/** Takes the arm to `to`, metres, and holds it there; gives up when something blocks the way, or when told to. */
export async function travel(
  { rig, robot, clock }: Pick<LiveRig, 'rig' | 'robot' | 'clock'>,
  to: Vector3,
  signal?: AbortSignal,
): Promise<void> {
  try {
    for (let step = 0; step < LONGEST_WAY && !signal?.aborted; step++) {
      const { tip } = await robot.state();
      // A real arm may rest a little beside where it was sent, and would not come nearer for being told again.
      const isSent = step > 0 && apart(robot.target(), to) < SENT_M;
      if (isSent || apart(tip, to) < ARRIVED_M) return;
      await robot.send(travelAction(to, robot.target(), rig));
      await clock.endOfStep();
    }
  } finally {
    await robot.hold();
  }
}

/** Distance between two places of the tip, metres. */
export function apart(a: Vector3, b: Vector3): number {
  return Math.hypot(...a.map((v, d) => v - b[d]));
}
