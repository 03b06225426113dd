import { describe, expect, it } from 'vitest';
import { checkWorkspace, insideWorkspace, limitAction, type Limits } from '../../src/robot/limits.ts';
import { simRig } from '../../src/rig/sim-rig.ts';

const rig = simRig();
const limits: Limits = { arm: rig.arm, actionSpec: rig.action, workspace: rig.workspace };

describe('limitAction', () => {
  it('turns an action into metres', () => {
    const { target, sent } = limitAction(limits, [0, 0, 0.05], [0.5, -1, 0.25]);
    [0.02, -0.04, 0.06].forEach((v, d) => expect(target[d]).toBeCloseTo(v, 12));
    [0.5, -1, 0.25].forEach((v, d) => expect(sent[d]).toBeCloseTo(v, 12));
  });

  it('stops at the edge of the workspace and says so in what was sent', () => {
    const { target, sent } = limitAction(limits, [0.17, 0, 0.02], [3, 0, -1]);
    expect(target).toEqual([0.18, 0, 0.015]);
    expect(sent[0]).toBeCloseTo(0.25, 9);
    expect(sent[2]).toBeCloseTo(-0.125, 9);
  });
});

describe('insideWorkspace', () => {
  it('moves a point no farther than to the nearest face', () => {
    expect(insideWorkspace(limits, [0.1, 0, 0.05])).toEqual([0.1, 0, 0.05]);
    expect(insideWorkspace(limits, [0.3, -0.2, 0.05])).toEqual([0.18, -0.13, 0.05]);
  });
});

describe('checkWorkspace', () => {
  it('accepts the workspace of the simulated rig', () => {
    expect(() => checkWorkspace(limits)).not.toThrow();
  });

  it('refuses one that the arm cannot reach all of', () => {
    const workspace = { low: limits.workspace.low, high: [0.4, 0.095, 0.09] as const };
    expect(() => checkWorkspace({ ...limits, workspace })).toThrow(/workspace: the arm cannot bring its tip/);
  });
});
