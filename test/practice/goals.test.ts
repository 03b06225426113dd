import { describe, expect, it } from 'vitest';
import { drawGoal } from '../../src/practice/goals.ts';
import { insideFrame, pixelDistance } from '../../src/spec/pixel.ts';
import { unproject } from '../../src/spec/projection.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { SIZE, syntheticEpisode, syntheticRig } from '../dataset/synthetic.ts';

const { moments, plate } = syntheticEpisode(3, 4);
// The arm points away: nothing of the square is hidden.
const arm = { jointsRad: [2.5, 0], tip: moments[0].arm.tip };
const seen = { frame: moments[0].frame, arm, target: [0, 0, 0.03] as const };
const { low, high } = syntheticRig.workspace;

describe('goals that the arm sets itself', () => {
  const goals = Array.from({ length: 200 }, (_, seed) =>
    drawGoal(syntheticRig, seededRandom(seed), seen, plate),
  );

  it('are for the middle of what is seen', () => {
    // The square fills rows 8..13 and columns 4..9 of the first frame.
    for (const goal of goals) expect(goal?.designated).toEqual({ row: 10.5, col: 6.5 });
  });

  it('lie on the table within the workspace, 6 to 16 cm away', () => {
    const from = unproject(syntheticRig.projection, { row: 10.5, col: 6.5 }, 0.02);
    for (const pushed of goals) {
      if (pushed === null) throw new Error('no goal');
      expect(insideFrame(pushed.goal, SIZE)).toBe(true);
      const [x, y] = unproject(syntheticRig.projection, pushed.goal, 0.02);
      const distance = Math.hypot(x - from[0], y - from[1]);
      expect(distance).toBeGreaterThan(0.0599);
      expect(distance).toBeLessThan(0.1601);
      expect(Math.min(x - low[0], high[0] - x, y - low[1], high[1] - y)).toBeGreaterThan(0.0199);
    }
  });

  it('lie in every direction there is room in, and follow from the seed', () => {
    const columns = goals.map((goal) => goal?.goal.col ?? NaN);
    const rows = goals.map((goal) => goal?.goal.row ?? NaN);
    expect(Math.min(...rows)).toBeLessThan(6);
    expect(Math.max(...rows)).toBeGreaterThan(15);
    expect(Math.max(...columns)).toBeGreaterThan(18);
    const again = drawGoal(syntheticRig, seededRandom(7), seen, plate);
    expect(again).toEqual(goals[7]);
    const [a, b] = [goals[7], goals[8]];
    expect(a && b && pixelDistance(a.goal, b.goal)).toBeGreaterThan(0.1);
  });

  it('are none where nothing stands on the table', () => {
    expect(drawGoal(syntheticRig, seededRandom(0), { ...seen, frame: plate }, plate)).toBeNull();
  });
});
