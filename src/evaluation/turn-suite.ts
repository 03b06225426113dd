/** Two designated pixels on one object: turn it. */
import type { SimRig } from '../rig/sim-rig.ts';
import { partTop } from '../sim/parts.ts';
import type { ObjectDescription } from '../sim/objects.ts';
import type { Vector3 } from '../spec/action.ts';
import { project } from '../spec/projection.ts';
import { drawnSuite, isSeen, othersThan, pixelGoals, within } from './drawing.ts';
import type { PointGoal } from './task-suite.ts';

const LEAST_TURN_RAD = Math.PI / 4;
const MOST_TURN_RAD = (2 * Math.PI) / 3;
const MAX_STEPS = 60;
/** How near both points must come: for points 6 cm apart it leaves at most 29 degrees, metres. */
const SUCCESS_M = 0.015;
/** Objects whose two points are nearer than this turn too easily by chance, metres. */
const LEAST_APART_M = 0.05;
/** Points are looked for on a grid so fine, and keep so far from the top's edge, metres. */
const GRID_M = 0.004;
const INSET_M = 0.006;
/** An outline whose nearest and farthest places differ by less than this part is round: pushes slide off, nothing turns. */
const LEAST_OBLONG = 0.15;
const DIRECTIONS = 24;
/** Free room around the object, for the gripper on all sides, metres. */
const ROOM_M = 0.03;
/** The workspace goes on so far past the object's outline, for the gripper to get to all sides, metres. */
const EDGE_ROOM_M = 0.01;

export const turnSuite = drawnSuite(
  {
    name: 'turn',
    description:
      'turn an object by 45 to 120 degrees about its middle: two points, each to within 1.5 cm, in 60 control steps',
    scene: { variety: 'play' },
  },
  ({ rig, hidden }, random) => {
    const world = rig.world();
    const object = random.integer(world.objects.length);
    const turnRad = random.uniform(LEAST_TURN_RAD, MOST_TURN_RAD) * (random.next() < 0.5 ? -1 : 1);
    const pair = farthestPair(world.objects[object]);
    if (pair === null || isRound(world.objects[object]) || !hasRoom(rig, object)) return null;
    const [mx, my] = world.bodyPoint(object, [0, 0, 0]);
    const [c, s] = [Math.cos(turnRad), Math.sin(turnRad)];
    const goals = pair.map((point): PointGoal => {
      const [x, y, z] = world.bodyPoint(object, point);
      const goal: Vector3 = [mx + c * (x - mx) - s * (y - my), my + s * (x - mx) + c * (y - my), z];
      return { object, point, goal, withinM: SUCCESS_M };
    });
    const pixels = pixelGoals(rig, goals);
    const { projection } = rig.rig;
    const clickable = goals.every(
      ({ goal }, i) =>
        isSeen(pixels[i].designated, hidden) &&
        world.pointUnder(pixels[i].designated, rig.rig.frame)?.object === object &&
        isSeen(project(projection, goal), hidden),
    );
    return clickable ? { goals, task: { goals: pixels, maxSteps: MAX_STEPS } } : null;
  },
);

/** The two points of the top that are farthest apart, in the body's frame; null for small objects. */
function farthestPair({ parts, footprintRadius }: ObjectDescription): [Vector3, Vector3] | null {
  const topAt = (x: number, y: number): number => Math.max(...parts.map((part) => partTop(part, x, y)));
  const isInside = (x: number, y: number): boolean =>
    [-INSET_M, 0, INSET_M].every((dx) => [-INSET_M, 0, INSET_M].every((dy) => topAt(x + dx, y + dy) > 0));
  const points: Vector3[] = [];
  const reach = Math.floor(footprintRadius / GRID_M);
  for (let i = -reach; i <= reach; i++) {
    for (let k = -reach; k <= reach; k++) {
      const [x, y] = [i * GRID_M, k * GRID_M];
      if (isInside(x, y)) points.push([x, y, topAt(x, y)]);
    }
  }
  let best: { pair: [Vector3, Vector3]; apart: number } | null = null;
  for (const [i, a] of points.entries()) {
    for (const b of points.slice(i + 1)) {
      const apart = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (apart >= LEAST_APART_M && apart > (best?.apart ?? 0)) best = { pair: [a, b], apart };
    }
  }
  return best?.pair ?? null;
}

/** Whether the outline, seen from above, is about a circle around the body's axis. */
function isRound({ parts, footprintRadius }: ObjectDescription): boolean {
  const solids = parts.filter((part) => part.decoration !== true);
  const reaches = Array.from({ length: DIRECTIONS }, (_, k) => {
    const angle = (2 * Math.PI * k) / DIRECTIONS;
    const isOver = (distance: number): boolean =>
      solids.some((part) => partTop(part, distance * Math.cos(angle), distance * Math.sin(angle)) > 0);
    let reach = footprintRadius;
    while (reach > 0 && !isOver(reach)) reach -= GRID_M / 4;
    return reach;
  });
  return Math.min(...reaches) > (1 - LEAST_OBLONG) * Math.max(...reaches);
}

/** Whether the gripper can go all around the object. */
function hasRoom(rig: SimRig, object: number): boolean {
  const world = rig.world();
  const { objects } = world;
  const clear = objects[object].footprintRadius + ROOM_M;
  const middle = world.bodyPoint(object, [0, 0, 0]);
  const free = othersThan(object, objects.length).every((other) => {
    const [x, y] = world.bodyPoint(other, [0, 0, 0]);
    return Math.hypot(x - middle[0], y - middle[1]) > clear + objects[other].footprintRadius;
  });
  return free && within(rig.rig.workspace, middle, objects[object].footprintRadius + EDGE_ROOM_M);
}
