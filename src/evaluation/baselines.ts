/** What success is compared with: moving at random, and a script that looks behind the camera. */
import type { Controller, Decision } from '../control/controller.ts';
import type { SimRig } from '../rig/sim-rig.ts';
import { seededRandom, type Random } from '../spec/random.ts';
import { farthestGoal, pointNow, type SuiteTask } from './task-suite.ts';
import { ARRIVED_M, SCRIPT_GAP_M, scriptedAction } from './scripted.ts';

const NO_THOUGHT = { tracked: [] };
/** Standard deviation of a random action, in -1..1. */
const RANDOM_STD = 0.6;

/** Gaussian actions that look at nothing. */
export function randomController(dims: number): Controller {
  let random: Random = seededRandom(0);
  return {
    name: 'random',
    begin: async ({ seed }) => {
      random = seededRandom(seed);
    },
    decide: async (): Promise<Decision> => ({
      action: Array.from({ length: dims }, () => RANDOM_STD * random.normal()),
      done: false,
      thought: NO_THOUGHT,
    }),
  };
}

/** Go behind the object, push it to the goal; reads object and goal from the simulator. */
export function scriptedController(rig: SimRig, task: () => SuiteTask): Controller {
  return {
    name: 'scripted',
    instant: true,
    begin: async () => {},
    decide: async ({ target }): Promise<Decision> => {
      const { goal: wanted, distanceM } = farthestGoal(rig, task());
      const { object, goal } = wanted;
      const clearanceM = rig.world().objects[object].footprintRadius + SCRIPT_GAP_M;
      const view = { tip: target, object: pointNow(rig, wanted), goal, clearanceM };
      return {
        action: scriptedAction(view, rig.rig.action, rig.rig.workspace),
        done: distanceM < ARRIVED_M,
        thought: NO_THOUGHT,
      };
    },
  };
}
