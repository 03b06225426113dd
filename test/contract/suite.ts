/** What every task suite promises (`src/evaluation/task-suite.ts`). */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  farthestGoal,
  goalDistance,
  isSolved,
  pointNow,
  type SuiteTask,
  type TaskSuite,
} from '../../src/evaluation/task-suite.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import { SHAPES } from '../../src/sim/shapes.ts';
import { insideFrame, pixelDistance } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';

export interface SuiteCase {
  readonly suite: TaskSuite;
  /** Distances between start and goal that it may ask for, of the point that has the longest way, metres. */
  readonly distancesM: readonly [number, number];
  /** What only this suite promises of each of its tasks, while its scene stands there. */
  readonly alsoPromises?: (rig: SimRig, task: SuiteTask) => void;
}

const SEED = 1000;
const TASKS = 6;

export function suiteContract({ suite, distancesM: [nearest, farthest], alsoPromises }: SuiteCase): void {
  describe(`task suite contract: ${suite.name}`, () => {
    let rig: SimRig;
    beforeAll(async () => {
      rig = await openSimRig(suite.scene);
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
      for (const { task } of others) expect(task.goals).not.toEqual(first.task.goals);
    });

    it('asks for a distance that it promises, which is not yet success', async () => {
      await eachTask((task) => {
        const { distanceM } = farthestGoal(rig, task);
        expect(distanceM).toBeGreaterThan(nearest - 1e-6);
        expect(distanceM).toBeLessThan(farthest + 1e-6);
        expect(isSolved(rig, task)).toBe(false);
        expect(task.task.maxSteps).toBeGreaterThan(0);
      });
    });

    it('says in pixels what it says in metres: where each point is seen, and where it should come to lie', async () => {
      const { projection, frame } = rig.rig;
      await eachTask(({ goals, task }) => {
        expect(task.goals).toHaveLength(task.goalImage ? 0 : goals.length);
        task.goals.forEach(({ designated, goal: goalPixel, withinM }, i) => {
          expect(rig.world().pointUnder(designated, frame)?.object).toBe(goals[i].object);
          expect(pixelDistance(designated, project(projection, pointNow(rig, goals[i])))).toBeLessThan(0.01);
          expect(pixelDistance(goalPixel, project(projection, goals[i].goal))).toBeLessThan(1e-9);
          expect(insideFrame(goalPixel, frame)).toBe(true);
          expect(withinM).toBe(goals[i].withinM);
        });
      });
    });

    it('judges by the truth: with every point at its goal the task is solved', async () => {
      const { task } = await suite.begin(rig, SEED, 0);
      const goals = task.goals.map((goal) => ({ ...goal, goal: pointNow(rig, goal) }));
      expect(isSolved(rig, { ...task, goals })).toBe(true);
      for (const goal of goals) expect(goalDistance(rig, goal)).toBeLessThan(1e-6);
    });

    it('shows objects of its variety, and moves more than one shape', async () => {
      const shapes = new Set<string>();
      await eachTask((task) => {
        const { objects } = rig.world();
        for (const { shape } of objects) expect(SHAPES[shape].variety).toBe(suite.scene.variety);
        shapes.add(objects[task.goals[0].object].shape);
        alsoPromises?.(rig, task);
      });
      expect(shapes.size).toBeGreaterThan(1);
    });
  });
}
