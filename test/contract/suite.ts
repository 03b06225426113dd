/** What every task suite promises (`src/evaluation/task-suite.ts`). */
import { beforeAll, describe, expect, it } from 'vitest';
import { goalDistance, type SuiteTask, type TaskSuite } from '../../src/evaluation/task-suite.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import { SHAPES } from '../../src/sim/shapes.ts';
import { insideFrame, pixelDistance } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';

export interface SuiteCase {
  readonly suite: TaskSuite;
  /** Distances between start and goal that it may ask for, metres. */
  readonly distancesM: readonly [number, number];
}

const SEED = 1000;
const TASKS = 8;

export function suiteContract({ suite, distancesM: [nearest, farthest] }: SuiteCase): void {
  describe(`task suite contract: ${suite.name}`, () => {
    let rig: SimRig;
    beforeAll(async () => {
      rig = await openSimRig({ variety: suite.variety });
      return () => rig.close();
    });

    /** Calls `look` with each of the first tasks, while its scene stands there. */
    async function eachTask(look: (task: SuiteTask) => void): Promise<void> {
      for (let index = 0; index < TASKS; index++) look((await suite.begin(rig, SEED, index)).task);
    }

    it('gives the same task and scene for the same seed and index, others for others', async () => {
      const first = await suite.begin(rig, SEED, 3);
      const frame = (await rig.camera.next(0)).frame;
      const others = [await suite.begin(rig, SEED, 4), await suite.begin(rig, SEED + 1, 3)];
      const again = await suite.begin(rig, SEED, 3);
      expect(again.task).toEqual(first.task);
      expect(again.plate.data).toEqual(first.plate.data);
      expect((await rig.camera.next(0)).frame.data).toEqual(frame.data);
      for (const { task } of others) expect(task.task.goals).not.toEqual(first.task.task.goals);
    });

    it('asks for a distance that it promises, which is not yet success', async () => {
      expect(suite.successM).toBeLessThan(nearest);
      await eachTask((task) => {
        expect(goalDistance(rig, task)).toBeGreaterThan(nearest - 1e-6);
        expect(goalDistance(rig, task)).toBeLessThan(farthest + 1e-6);
      });
    });

    it('designates a pixel where the object is seen, and a goal pixel where its point should come to lie', async () => {
      const { projection, frame } = rig.rig;
      await eachTask(({ object, goal, task }) => {
        const [{ designated, goal: goalPixel }] = task.goals;
        expect(rig.world().pointUnder(designated, frame)?.object).toBe(object);
        expect(pixelDistance(designated, project(projection, rig.world().objectPoint(object)))).toBeLessThan(
          0.01,
        );
        expect(pixelDistance(goalPixel, project(projection, goal))).toBeLessThan(1e-9);
        expect(insideFrame(goalPixel, frame)).toBe(true);
        expect(task.maxSteps).toBeGreaterThan(0);
      });
    });

    it('judges by the truth: with the object at its goal the task is solved', async () => {
      const { task } = await suite.begin(rig, SEED, 0);
      const there: SuiteTask = { ...task, goal: rig.world().objectPoint(task.object) };
      expect(goalDistance(rig, there)).toBeLessThan(1e-6);
    });

    it('shows objects of its variety, and more than one shape', async () => {
      const shapes = new Set<string>();
      await eachTask(({ object }) => {
        for (const { shape } of rig.world().objects) expect(SHAPES[shape].variety).toBe(suite.variety);
        shapes.add(rig.world().objects[object].shape);
      });
      expect(shapes.size).toBeGreaterThan(1);
    });
  });
}
