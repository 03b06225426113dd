/**
 * Pushing tasks: bring a point of one object to a goal. `push` draws objects as play does, `novel` the shapes and
 * colours that play never sees; `push-far` asks for two to three times the way.
 */
import { drawnSuite, drawPush, isFair, pixelGoals, pointGoal } from './drawing.ts';
import type { TaskSuite } from './task-suite.ts';

/** How near the end counts as success, metres. */
export const SUCCESS_M = 0.025;

export const pushSuite = suite({
  name: 'push',
  description: 'push a point of an object 8 to 15 cm to within 2.5 cm of a goal in 25 control steps',
  scene: { variety: 'play' },
  tasks: 200,
  distancesM: [0.08, 0.15],
  maxSteps: 25,
});

export const pushFarSuite = suite({
  name: 'push-far',
  description: 'push a point of an object 20 to 30 cm to within 2.5 cm of a goal in 45 control steps',
  scene: { variety: 'play' },
  distancesM: [0.2, 0.3],
  maxSteps: 45,
});

export const novelSuite = suite({
  name: 'novel',
  description: 'push, with shapes and colours that play never saw',
  scene: { variety: 'test' },
  distancesM: [0.08, 0.15],
  maxSteps: 25,
});

function suite(
  about: Omit<TaskSuite, 'begin' | 'tasks'> & {
    readonly tasks?: number;
    readonly distancesM: readonly [number, number];
    readonly maxSteps: number;
  },
): TaskSuite {
  const { distancesM, maxSteps, ...suiteOf } = about;
  return drawnSuite(suiteOf, (scene, random) => {
    const push = drawPush(scene.rig, random, distancesM);
    if (!isFair(scene, push)) return null;
    const goals = [pointGoal(scene.rig, push, SUCCESS_M)];
    return { goals, task: { goals: pixelGoals(scene.rig, goals), maxSteps } };
  });
}
