import { describe, expect, it } from 'vitest';
import { followWaypoints, pushProposals, type PushProblem } from '../../src/control/proposals.ts';
import { applyAction, type Vector3 } from '../../src/spec/action.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { testRig } from '../fixtures/rig.ts';

const rig = testRig({ height: 48, width: 64 });
const { low, high } = rig.workspace;

/** Where the tip is told to go after each action. */
function tipsAlong(start: Vector3, actions: Float32Array): Vector3[] {
  const tips: Vector3[] = [];
  let tip = start;
  for (let t = 0; t < actions.length / 3; t++) {
    const { target, sent } = applyAction(rig.action, rig.workspace, tip, [
      ...actions.subarray(3 * t, 3 * t + 3),
    ]);
    // Proposals are what will be sent, so that nothing is clamped on the way.
    sent.forEach((a, d) => expect(a).toBeCloseTo(actions[3 * t + d], 4));
    tip = target;
    tips.push(tip);
  }
  return tips;
}

const near = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((v, d) => v - b[d]));

describe('following waypoints', () => {
  it('visits them in order, as fast as actions allow, and stays at the last', () => {
    const points: Vector3[] = [
      [0.1, 0, 0.03],
      [0.1, 0.06, 0.03],
    ];
    const tips = tipsAlong([0, 0, 0.03], followWaypoints(rig, [0, 0, 0.03], points, 8));
    const expected: Vector3[] = [
      [0.04, 0, 0.03],
      [0.08, 0, 0.03],
      [0.1, 0, 0.03],
      [0.1, 0.04, 0.03],
      [0.1, 0.06, 0.03],
      [0.1, 0.06, 0.03],
    ];
    expected.forEach((point, t) => expect(near(tips[t], point)).toBeLessThan(1e-6));
    expect(near(tips[7], points[1])).toBeLessThan(1e-6);
  });

  it('goes straight: all dimensions arrive together', () => {
    const actions = followWaypoints(rig, [0, 0, 0.02], [[0.08, 0.04, 0.06]], 2);
    expect([...actions]).toEqual([1, 0.5, 0.5, 1, 0.5, 0.5].map((a) => expect.closeTo(a, 5) as number));
  });

  it('goes to the edge for a point beyond it, and is not stuck there', () => {
    const outside: Vector3 = [0.3, 0, 0.03];
    const back: Vector3 = [0.1, 0, 0.03];
    const tips = tipsAlong([0.1, 0, 0.03], followWaypoints(rig, [0.1, 0, 0.03], [outside, back], 12));
    expect(Math.max(...tips.map(([x]) => x))).toBeCloseTo(high[0], 6);
    expect(near(tips[11], back)).toBeLessThan(1e-6);
  });
});

describe('push proposals', () => {
  const problem: PushProblem = { tip: [-0.1, 0.05, 0.04], point: [0, -0.02], goal: [0.08, 0.03] };
  const propose = (seed: number, count = 40, horizon = 12): Float32Array[] =>
    pushProposals(rig, problem, { count, horizon, random: seededRandom(seed) });

  it('are as many and as long as asked for, the same for the same seed, others for another', () => {
    const proposals = propose(1, 7, 5);
    expect(proposals.map(({ length }) => length)).toEqual(Array(7).fill(15));
    expect(propose(1, 7, 5)).toEqual(proposals);
    expect(propose(2, 7, 5)).not.toEqual(proposals);
    expect(new Set(proposals.map(String)).size).toBe(7);
  });

  it('stay in -1..1 and inside the workspace', () => {
    for (const actions of propose(3)) {
      for (const a of actions) expect(Math.abs(a)).toBeLessThanOrEqual(1 + 1e-6);
      for (const tip of tipsAlong(problem.tip, actions)) {
        tip.forEach((v, d) => {
          expect(v).toBeGreaterThanOrEqual(low[d] - 1e-9);
          expect(v).toBeLessThanOrEqual(high[d] + 1e-9);
        });
      }
    }
  });

  it('mostly come from behind the point, seen from the goal, and push low towards the goal', () => {
    const [dx, dy] = [0.08, 0.05].map((v) => v / Math.hypot(0.08, 0.05));
    const along = ([x, y]: Vector3): number => (x - problem.point[0]) * dx + (y - problem.point[1]) * dy;
    const pushes = propose(4).filter((actions) => {
      const tips = tipsAlong(problem.tip, actions);
      const last = tips[tips.length - 1];
      const turning = tips.findIndex((tip) => along(tip) < -0.015 && tip[2] < low[2] + 0.02);
      return turning >= 0 && along(last) > along(tips[turning]) + 0.02 && last[2] < low[2] + 0.02;
    });
    expect(pushes.length).toBeGreaterThan(28);
  });
});
