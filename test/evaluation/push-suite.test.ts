import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedAction } from '../../src/evaluation/scripted.ts';
import { findSuite, suiteNames } from '../../src/evaluation/suites.ts';
import { goalDistance, type SuiteTask } from '../../src/evaluation/task-suite.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import { pixelDistance } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';

/** Development seeds start here; those below are for measuring. */
const DEV_SEED = 1000;

let rig: SimRig;
beforeAll(async () => {
  rig = await openSimRig();
});
afterAll(() => rig.close());

describe('the push suite', () => {
  const suite = findSuite('push');

  it('gives the same task for the same seed and index, another for another', async () => {
    const first = await suite.begin(rig, DEV_SEED, 3);
    const other = await suite.begin(rig, DEV_SEED, 4);
    const again = await suite.begin(rig, DEV_SEED, 3);
    expect(again.task).toEqual(first.task);
    expect(again.plate.data).toEqual(first.plate.data);
    expect(other.task.seed).not.toBe(first.task.seed);
  });

  it('asks for 8 to 15 cm, from a pixel where the object is seen to one where it is not', async () => {
    for (let index = 0; index < 8; index++) {
      const { task } = await suite.begin(rig, DEV_SEED, index);
      expect(goalDistance(rig, task)).toBeGreaterThan(0.08 - 1e-6);
      expect(goalDistance(rig, task)).toBeLessThan(0.15 + 1e-6);
      const [{ designated, goal }] = task.task.goals;
      expect(rig.world().pointUnder(designated, rig.rig.frame)?.object).toBe(task.object);
      expect(pixelDistance(goal, project(rig.rig.projection, task.goal))).toBeLessThan(1e-9);
      expect(task.task.maxSteps).toBe(25);
    }
  });

  it('judges by the truth: a task is not solved at its start', async () => {
    const { task } = await suite.begin(rig, DEV_SEED, 0);
    const there: SuiteTask = { ...task, goal: rig.world().objectPoint(task.object) };
    expect(goalDistance(rig, there)).toBeLessThan(1e-6);
    expect(goalDistance(rig, task)).toBeGreaterThan(suite.successM);
  });

  it('names the suites there are when asked for another', () => {
    expect(suiteNames).toEqual(['push', 'push-novel']);
    expect(() => findSuite('pull')).toThrow("there is no task suite 'pull'");
  });
});

describe('the scripted pusher', () => {
  it('solves at least 8 of 10 tasks', async () => {
    const suite = findSuite('push');
    let solved = 0;
    for (let index = 0; index < 10; index++) {
      const { task } = await suite.begin(rig, DEV_SEED, index);
      await rig.robot.arm();
      for (let step = 0; step < task.task.maxSteps; step++) {
        const object = rig.world().objectPoint(task.object);
        const clearanceM = rig.world().objects[task.object].footprintRadius + 0.02;
        const view = { tip: rig.robot.target(), object, goal: task.goal, clearanceM };
        await rig.robot.send(scriptedAction(view, rig.rig.action, rig.rig.workspace));
        await rig.clock.endOfStep();
      }
      if (goalDistance(rig, task) < suite.successM) solved++;
    }
    expect(solved).toBeGreaterThanOrEqual(8);
  });
});
