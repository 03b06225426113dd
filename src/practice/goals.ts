/** Goals that an arm sets itself: something that it sees, and somewhere else on the table. Pixels, and no truth. */
import { findThings, OBJECT_HEIGHT_M, type Thing } from '../play/things.ts';
import type { Observation } from '../play/policy.ts';
import type { Vector3 } from '../spec/action.ts';
import type { Frame } from '../spec/frame.ts';
import { insideFrame } from '../spec/pixel.ts';
import { project } from '../spec/projection.ts';
import type { Random } from '../spec/random.ts';
import type { Rig } from '../spec/rig.ts';
import type { PixelGoal } from '../spec/task.ts';

/** How far away goals are, metres: the pushes that the arm will be asked for. */
const DISTANCE_M = [0.06, 0.16] as const;
/** Goals keep this far from the workspace's edge, metres: what is pushed too far can be pushed back. */
const EDGE_M = 0.02;
/** Goals drawn before another thing is tried, and things tried. */
const GOALS = 20;
const THINGS = 4;

/** A thing in sight and where it should go; null when nothing in sight has a goal. */
export function drawGoal(rig: Rig, random: Random, seen: Observation, plate: Frame): PixelGoal | null {
  const things = findThings(rig, seen, plate).filter((thing) => withinWorkspace(rig, thing, 0));
  for (let attempt = 0; attempt < THINGS && things.length > 0; attempt++) {
    const thing = random.choice(things);
    for (let draw = 0; draw < GOALS; draw++) {
      const place = placeAround(random, thing);
      const goal = project(rig.projection, place);
      if (withinWorkspace(rig, { x: place[0], y: place[1] }, EDGE_M) && insideFrame(goal, rig.frame)) {
        return { designated: thing.centre, goal };
      }
    }
  }
  return null;
}

function placeAround(random: Random, { x, y }: Thing): Vector3 {
  const direction = random.uniform(0, 2 * Math.PI);
  const distance = random.uniform(...DISTANCE_M);
  return [x + distance * Math.cos(direction), y + distance * Math.sin(direction), OBJECT_HEIGHT_M];
}

function withinWorkspace(
  { workspace: { low, high } }: Rig,
  { x, y }: { readonly x: number; readonly y: number },
  marginM: number,
): boolean {
  return x >= low[0] + marginM && x <= high[0] - marginM && y >= low[1] + marginM && y <= high[1] - marginM;
}
