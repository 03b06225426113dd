import { describe, expect, it } from 'vitest';
import { drawTask } from '../../src/practice/goals.ts';
import { distanceOnTable, rigidMotion } from '../../src/spec/on-table.ts';
import { insideFrame, pixelDistance, type Pixel } from '../../src/spec/pixel.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import { makeFrame, type Frame } from '../../src/spec/frame.ts';
import { unproject } from '../../src/spec/projection.ts';
import { seededRandom } from '../../src/spec/random.ts';
import type { Task } from '../../src/spec/task.ts';
import { SIZE, syntheticEpisode, syntheticRig } from '../dataset/synthetic.ts';

const { moments, plate } = syntheticEpisode(3, 4);
// The arm points away: nothing of the square is hidden.
const arm = { jointsRad: [2.5, 0], tip: moments[0].arm.tip };
const seen = { frame: moments[0].frame, arm, target: [0, 0, 0.03] as const };
const { low, high } = syntheticRig.workspace;

/** Tasks with what a picture shows, one a seed; throws where there is none. */
function tasksWith(frame: Frame): Task[] {
  return Array.from({ length: 200 }, (_, seed) => {
    const task = drawTask(syntheticRig, seededRandom(seed), { ...seen, frame }, plate);
    if (task === null) throw new Error(`no task with seed ${seed}`);
    return task;
  });
}

const placeOf = (pixel: Pixel): Vector3 => unproject(syntheticRig.projection, pixel, 0.02);
const roomAt = ([x, y]: Vector3): number => Math.min(x - low[0], high[0] - x, y - low[1], high[1] - y);

describe('something to push', () => {
  const tasks = tasksWith(seen.frame);
  const goals = tasks.map((task) => task.goals[0]);

  it('is the middle of what is seen, and a square is not to be turned', () => {
    // The square fills rows 8..13 and columns 4..9 of the first frame.
    for (const { goals, maxSteps } of tasks) {
      expect(goals).toHaveLength(1);
      expect(goals[0].designated).toEqual({ row: 10.5, col: 6.5 });
      expect(maxSteps).toBe(20);
    }
  });

  it('should come to lie on the table within the workspace, 6 to 16 cm away', () => {
    const from = placeOf({ row: 10.5, col: 6.5 });
    for (const { goal } of goals) {
      expect(insideFrame(goal, SIZE)).toBe(true);
      const distance = distanceOnTable(placeOf(goal), from);
      expect(distance).toBeGreaterThan(0.0599);
      expect(distance).toBeLessThan(0.1601);
      expect(roomAt(placeOf(goal))).toBeGreaterThan(0.0199);
    }
  });

  it('goes in every direction there is room in, as the seed says', () => {
    const columns = goals.map(({ goal }) => goal.col);
    const rows = goals.map(({ goal }) => goal.row);
    expect(Math.min(...rows)).toBeLessThan(6);
    expect(Math.max(...rows)).toBeGreaterThan(15);
    expect(Math.max(...columns)).toBeGreaterThan(18);
    expect(drawTask(syntheticRig, seededRandom(7), seen, plate)).toEqual(tasks[7]);
    expect(pixelDistance(goals[7].goal, goals[8].goal)).toBeGreaterThan(0.1);
  });

  it('is not there on an empty table', () => {
    expect(drawTask(syntheticRig, seededRandom(0), { ...seen, frame: plate }, plate)).toBeNull();
  });
});

describe('something to turn', () => {
  // A bar of 12 by 3 pixels, which are centimetres, slanting down to the right.
  const [middle, slope] = [{ row: 11, col: 15 }, Math.PI / 6];
  const frame = makeFrame(SIZE, plate.data.slice());
  for (let row = 0; row < SIZE.height; row++) {
    for (let col = 0; col < SIZE.width; col++) {
      const [down, right] = [row - middle.row, col - middle.col];
      const along = right * Math.cos(slope) + down * Math.sin(slope);
      const across = down * Math.cos(slope) - right * Math.sin(slope);
      if (Math.abs(along) <= 6 && Math.abs(across) <= 1.5)
        frame.data.set([200, 20, 30], 3 * (row * SIZE.width + col));
    }
  }
  const tasks = tasksWith(frame);
  const turns = tasks.filter(({ goals }) => goals.length === 2);

  it('is asked for half of the time, of what is oblong', () => {
    expect(turns.length).toBeGreaterThan(70);
    expect(turns.length).toBeLessThan(130);
    expect(tasks.filter(({ goals }) => goals.length === 1)).toHaveLength(200 - turns.length);
  });

  it('has a point near each of its ends', () => {
    for (const { goals, maxSteps } of turns) {
      const [a, b] = goals.map(({ designated }) => designated);
      // A bar's standard deviation is its length by the root of 12; the points are 1.2 of them from the middle.
      expect(pixelDistance(a, b)).toBeGreaterThan(7.5);
      expect(pixelDistance(a, b)).toBeLessThan(9.5);
      expect(pixelDistance({ row: (a.row + b.row) / 2, col: (a.col + b.col) / 2 }, middle)).toBeLessThan(0.3);
      expect(Math.atan((b.row - a.row) / (b.col - a.col))).toBeCloseTo(slope, 1);
      expect(maxSteps).toBe(30);
    }
  });

  it('is turned by 45 to 120 degrees about its middle, either way round, within the workspace', () => {
    const byRad = turns.map(({ goals }) => {
      const from = goals.map(({ designated }) => placeOf(designated));
      const to = goals.map(({ goal }) => placeOf(goal));
      for (const { goal, withinM } of goals) {
        expect(roomAt(placeOf(goal))).toBeGreaterThan(0.0199);
        expect(withinM).toBe(0.015);
      }
      const motion = rigidMotion(from, to);
      expect(distanceOnTable(motion.from, motion.to)).toBeLessThan(1e-6);
      expect(distanceOnTable(to[0], to[1])).toBeCloseTo(distanceOnTable(from[0], from[1]), 6);
      return motion.rad ?? NaN;
    });
    for (const rad of byRad) {
      expect(Math.abs(rad)).toBeGreaterThan(Math.PI / 4 - 1e-6);
      expect(Math.abs(rad)).toBeLessThan((2 * Math.PI) / 3 + 1e-6);
    }
    expect(byRad.filter((rad) => rad > 0).length / turns.length).toBeGreaterThan(0.35);
    expect(byRad.filter((rad) => rad < 0).length / turns.length).toBeGreaterThan(0.35);
  });
});
