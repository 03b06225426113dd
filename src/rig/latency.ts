/** From a command to the arm until the picture shows it: what a control step must allow for. The arm moves. */
import { setTimeout as sleep } from 'node:timers/promises';
import { measureLatency } from '../camera/latency.ts';
import { towards, type Vector3 } from '../spec/action.ts';
import type { TableRig } from './table-rig.ts';

/** So often up and down. */
const TIMES = 4;
/** The arm must be at rest before it is sent again, ms. */
const RESTING_MS = 600;

/**
 * Raises and lowers the gripper in the middle of the workspace and watches for it, ms: the shortest of all, since it is
 * the camera's share that is wanted, and an arm may be slow to start. The rig's `latencyMs` must be 0.
 */
export async function measureRigLatency({ rig, robot, camera, clock }: TableRig): Promise<number> {
  const { low, high } = rig.workspace;
  const middle = (d: number, share: number): number => low[d] + share * (high[d] - low[d]);
  const place = (share: number): Vector3 => [middle(0, 0.5), middle(1, 0.5), middle(2, share)];
  const send = async (share: number): Promise<void> => {
    await robot.send(towards(place(share), robot.target(), rig.action));
  };
  const latencies: number[] = [];
  try {
    // To the middle first, however far that is: as many steps as the longest way takes.
    const steps = Math.ceil(Math.max(...high.map((v, d) => (v - low[d]) / rig.action.scale[d])));
    for (let step = 0; step < steps; step++) {
      await send(0.95);
      await clock.endOfStep();
    }
    for (let time = 0; time < 2 * TIMES; time++) {
      await sleep(RESTING_MS);
      latencies.push(await measureLatency(camera, () => send(time % 2 === 0 ? 0.55 : 0.95)));
      await clock.endOfStep();
    }
  } finally {
    await robot.hold();
  }
  return Math.min(...latencies);
}
