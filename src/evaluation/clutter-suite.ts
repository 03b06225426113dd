/** Pushing on a crowded table: something stands in the straight way to the goal. */
import type { SimRig } from '../rig/sim-rig.ts';
import { drawnSuite, drawPush, isFair, othersThan, pixelGoals, pointGoal, type Push } from './drawing.ts';
import { distanceToWay } from '../spec/on-table.ts';
import { SUCCESS_M } from './push-suite.ts';

const DISTANCES_M = [0.1, 0.2] as const;
const MAX_STEPS = 45;
/** By how much, at least, the object going straight would run into another, metres. */
const OVERLAP_M = 0.01;

export const clutterSuite = drawnSuite(
  {
    name: 'clutter',
    description:
      'push 10 to 20 cm among 4 to 6 objects, one of which stands in the straight way, in 45 control steps',
    scene: { variety: 'play', objects: [4, 6] },
  },
  (scene, random) => {
    const push = drawPush(scene.rig, random, DISTANCES_M);
    if (!isFair(scene, push) || !isBlocked(scene.rig, push)) return null;
    const goals = [pointGoal(scene.rig, push, SUCCESS_M)];
    return { goals, task: { goals: pixelGoals(scene.rig, goals), maxSteps: MAX_STEPS } };
  },
);

/** Whether another object stands where this one would pass on the straight way. */
function isBlocked(rig: SimRig, { object, start, goal }: Push): boolean {
  const world = rig.world();
  const { objects } = world;
  return othersThan(object, objects.length).some((other) => {
    const room = distanceToWay(world.objectPoint(other), start, goal);
    return room < objects[object].footprintRadius + objects[other].footprintRadius - OVERLAP_M;
  });
}
