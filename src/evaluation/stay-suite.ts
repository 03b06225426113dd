/**
 * One object to its goal while its neighbour stays where it is: a second designated pixel whose goal is its own
 * place (Ebert et al. 2017, Self-Supervised Visual Planning with Temporal Skip Connections).
 */
import type { SimRig } from '../rig/sim-rig.ts';
import {
  drawnSuite,
  drawPush,
  isFair,
  isSeen,
  othersThan,
  pixelGoals,
  pointGoal,
  type Push,
} from './drawing.ts';
import { project } from '../spec/projection.ts';
import { distanceToWay } from '../spec/on-table.ts';
import { SUCCESS_M } from './push-suite.ts';

const DISTANCES_M = [0.08, 0.15] as const;
const MAX_STEPS = 35;
/** How far the neighbour may have moved at the end, metres. */
const STAYS_WITHIN_M = 0.015;
/** Between the moving object and its neighbour as the one passes the other straight, metres. */
const PASSING_M = [0.002, 0.04] as const;

export const staySuite = drawnSuite(
  {
    name: 'stay',
    description: 'push 8 to 15 cm past a neighbour that may move by at most 1.5 cm, in 35 control steps',
    scene: { variety: 'play', objects: [2, 4] },
  },
  (scene, random) => {
    const { rig, hidden } = scene;
    const push = drawPush(rig, random, DISTANCES_M);
    const neighbour = neighbourOf(rig, push);
    if (neighbour === null || !isFair(scene, push)) return null;
    const staysAt = rig.world().objectPoint(neighbour);
    if (!isSeen(project(rig.rig.projection, staysAt), hidden)) return null;
    const goals = [
      pointGoal(rig, push, SUCCESS_M),
      pointGoal(rig, { object: neighbour, start: staysAt, goal: staysAt }, STAYS_WITHIN_M),
    ];
    return { goals, task: { goals: pixelGoals(rig, goals), maxSteps: MAX_STEPS } };
  },
);

/** The object that the straight way passes by most narrowly, if it does so narrowly and without touching. */
function neighbourOf(rig: SimRig, { object, start, goal }: Push): number | null {
  const world = rig.world();
  const { objects } = world;
  const rooms = othersThan(object, objects.length).map((other) => ({
    other,
    room:
      distanceToWay(world.objectPoint(other), start, goal) -
      objects[object].footprintRadius -
      objects[other].footprintRadius,
  }));
  const nearest = rooms.reduce((a, b) => (b.room < a.room ? b : a));
  const [closest, farthest] = PASSING_M;
  return nearest.room > closest && nearest.room < farthest ? nearest.other : null;
}
