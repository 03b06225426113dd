import { beforeAll, describe, expect, it } from 'vitest';
import { goalsFromImage } from '../../src/cost/goal-image.ts';
import { goalImageSuite } from '../../src/evaluation/goal-image-suite.ts';
import { pointNow, type SuiteTask } from '../../src/evaluation/task-suite.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import { makeFrame, type Frame } from '../../src/spec/frame.ts';
import { rescaleProjection, unproject } from '../../src/spec/projection.ts';
import type { GoalImage, PixelGoal } from '../../src/spec/task.ts';

let rig: SimRig;
beforeAll(async () => {
  rig = await openSimRig(goalImageSuite.scene);
  return () => rig.close();
});

async function goalsOf(plate: Frame, goalImage: GoalImage): Promise<PixelGoal[]> {
  const { projection, arm } = rig.rig;
  const { frame } = await rig.camera.next(0);
  const { jointsRad } = await rig.robot.state();
  return goalsFromImage({ projection, arm, plate, frame, jointsRad }, goalImage);
}

/** The way, on the table, that the goals ask for on average, metres. */
function wayOf(goals: readonly PixelGoal[], z: number): [number, number] {
  const camera = rescaleProjection(rig.rig.projection, rig.rig.frame);
  const ways = goals.map(({ designated, goal }) => {
    const [from, to] = [unproject(camera, designated, z), unproject(camera, goal, z)];
    return [to[0] - from[0], to[1] - from[1]];
  });
  return [0, 1].map((k) => ways.reduce((sum, way) => sum + way[k], 0) / ways.length) as [number, number];
}

describe('goals from an image', () => {
  it('are of the object that was moved, and ask for its way: at least 9 of 10 scenes, to 1.5 cm', async () => {
    let right = 0;
    for (let index = 0; index < 10; index++) {
      const { task, plate } = await goalImageSuite.begin(rig, 1000, index);
      const goals = await goalsOf(plate, task.task.goalImage as GoalImage);
      if (isRight(task, goals)) right++;
    }
    expect(right).toBeGreaterThanOrEqual(9);
  });

  function isRight(task: SuiteTask, goals: readonly PixelGoal[]): boolean {
    const [wanted] = task.goals;
    const [x, y, z] = pointNow(rig, wanted);
    const [dx, dy] = wayOf(goals, z);
    const onObject = goals.every(
      ({ designated }) => rig.world().pointUnder(designated, rig.rig.frame)?.object === wanted.object,
    );
    return onObject && Math.hypot(dx - (wanted.goal[0] - x), dy - (wanted.goal[1] - y)) < 0.015;
  }

  it('ask for nothing new when the image shows the table as it is', async () => {
    const { plate } = await goalImageSuite.begin(rig, 1000, 0);
    const { frame } = await rig.camera.next(0);
    const goals = await goalsOf(plate, { frame, jointsRad: (await rig.robot.state()).jointsRad });
    expect(goals.length).toBeGreaterThan(0);
    for (const goal of goals) expect(Math.hypot(...wayOf([goal], 0.02))).toBeLessThan(0.004);
  });

  it('need an image of the recorded size that shows the objects', async () => {
    const { plate, task } = await goalImageSuite.begin(rig, 1000, 0);
    const { jointsRad } = task.task.goalImage as GoalImage;
    const small = makeFrame({ height: 48, width: 64 });
    await expect(goalsOf(plate, { frame: small, jointsRad })).rejects.toThrow('expected 160x120 pixels');
    await expect(goalsOf(plate, { frame: plate, jointsRad })).rejects.toThrow('none of the objects');
  });
});
