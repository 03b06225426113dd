import { describe, expect, it } from 'vitest';
import { forwardKinematics } from '../../src/spec/kinematics.ts';
import { so101 } from '../../src/sim/so101.ts';

const arm = so101([0, 0, 0], 0);

describe('the SO-101', () => {
  it('has its tip at (0.391, 0, 0.227) when all joints are at zero', () => {
    const { tip } = forwardKinematics(arm, [0, 0, 0, 0, 0]);
    expect(tip[0]).toBeCloseTo(0.391, 6);
    expect(tip[1]).toBeCloseTo(0, 9);
    expect(tip[2]).toBeCloseTo(0.227, 6);
  });

  it('has upper arm, forearm and hand as long as the real ones', () => {
    const [, shoulder, elbow, wrist] = forwardKinematics(arm, [0, 0, 0, 0, 0]).links.map((l) => l.position);
    const { tip } = forwardKinematics(arm, [0, 0, 0, 0, 0]);
    const length = (a: readonly number[], b: readonly number[]): number =>
      Math.hypot(...a.map((v, k) => v - b[k]));
    expect(length(shoulder, elbow)).toBeCloseTo(0.116, 3);
    expect(length(elbow, wrist)).toBeCloseTo(0.135, 3);
    expect(length(wrist, tip)).toBeCloseTo(0.159, 3);
  });

  it('ends in a sphere around its tip', () => {
    const last = arm.links[4].capsules.at(-1);
    expect(last?.to).toEqual(arm.tip);
  });

  it('leans forward and reaches down with positive lift, elbow and flex', () => {
    const heights = [1, 2, 3].map((joint) => {
      const joints = [0, 0, 0, 0, 0];
      joints[joint] = 0.3;
      return forwardKinematics(arm, joints).tip[2];
    });
    for (const height of heights) expect(height).toBeLessThan(0.227);
  });
});
