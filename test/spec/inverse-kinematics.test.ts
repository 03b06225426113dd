import { describe, expect, it } from 'vitest';
import type { Vector3 } from '../../src/spec/action.ts';
import { handLean, inverseKinematics } from '../../src/spec/inverse-kinematics.ts';
import { forwardKinematics } from '../../src/spec/kinematics.ts';
import { simRig } from '../../src/rig/sim-rig.ts';

const { arm, workspace } = simRig();
const SPACING_M = 0.005;
/** Joint limits are kept with this much to spare, radians. */
const MARGIN_RAD = 0.1;

function grid(d: 0 | 1 | 2): number[] {
  const count = Math.round((workspace.high[d] - workspace.low[d]) / SPACING_M);
  return Array.from({ length: count + 1 }, (_, k) => workspace.low[d] + k * SPACING_M);
}

describe('inverse kinematics over the workspace of the simulated rig', () => {
  it('brings the tip to every point, within the limits, without jumps between neighbours', () => {
    let points = 0;
    let worstError = 0;
    let worstJump = 0;
    let leastMargin = Infinity;
    const solved = new Map<string, number[]>();
    grid(0).forEach((x, i) => {
      grid(1).forEach((y, j) => {
        grid(2).forEach((z, k) => {
          const joints = inverseKinematics(arm, [x, y, z]);
          const { tip } = forwardKinematics(arm, joints);
          worstError = Math.max(worstError, Math.hypot(tip[0] - x, tip[1] - y, tip[2] - z));
          arm.links.forEach(({ limitsRad: [low, high] }, link) => {
            leastMargin = Math.min(leastMargin, joints[link] - low, high - joints[link]);
          });
          for (const neighbour of [`${i - 1} ${j} ${k}`, `${i} ${j - 1} ${k}`, `${i} ${j} ${k - 1}`]) {
            solved.get(neighbour)?.forEach((angle, link) => {
              worstJump = Math.max(worstJump, Math.abs(angle - joints[link]));
            });
          }
          solved.set(`${i} ${j} ${k}`, joints);
          points++;
        });
      });
    });
    expect(points).toBe(73 * 46 * 16);
    expect(worstError).toBeLessThan(1e-6);
    expect(leastMargin).toBeGreaterThan(MARGIN_RAD);
    expect(worstJump).toBeLessThan(0.25);
  });

  /** How far below the horizon the hand points, by the joints. */
  const pitch = (tip: Vector3): number => {
    const { links, tip: end } = forwardKinematics(arm, inverseKinematics(arm, tip));
    const wrist = links[3].position;
    return Math.atan2(wrist[2] - end[2], Math.hypot(end[0] - wrist[0], end[1] - wrist[1]));
  };

  it('leans the hand as it says it does', () => {
    const { pan, baseZ, steepestRad, perDistanceRad, perHeightRad } = handLean(arm);
    const tips: Vector3[] = [[0, 0.09, 0.02], [0.17, 0.03, 0.05], [-0.1, -0.12, 0.085]]; // prettier-ignore
    for (const tip of tips) {
      const distance = Math.hypot(tip[0] - pan[0], tip[1] - pan[1]);
      const said = steepestRad - perDistanceRad * distance - perHeightRad * (tip[2] - baseZ);
      expect(pitch(tip)).toBeCloseTo(said, 6);
    }
    expect(perDistanceRad).toBeGreaterThan(1); // radians a metre: a difference to be seen
    expect(perHeightRad).toBeGreaterThan(1);
  });

  it('points the gripper down steeply near the base and flatter far away', () => {
    expect(pitch([0, 0.095, 0.02])).toBeGreaterThan(1.2);
    expect(pitch([0, -0.13, 0.02])).toBeGreaterThan(0.7);
    expect(pitch([0, -0.13, 0.02])).toBeLessThan(1);
  });

  it('says which point cannot be reached and why', () => {
    expect(() => inverseKinematics(arm, [0.6, 0, 0.02])).toThrow(
      /\(0\.600, 0\.000, 0\.020\) m: .*out of reach/,
    );
    expect(() => inverseKinematics(arm, [0, 0.3, 0.02])).toThrow(/would have to turn|out of reach/);
  });
});
