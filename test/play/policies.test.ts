import { describe, expect, it } from 'vitest';
import { createPolicy, policies } from '../../src/play/registry.ts';
import { applyAction, type Vector3 } from '../../src/spec/action.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { unproject } from '../../src/spec/projection.ts';
import { playPolicyContract } from '../contract/play-policy.ts';
import { syntheticEpisode, syntheticRig } from '../dataset/synthetic.ts';

for (const [name, create] of Object.entries(policies)) playPolicyContract(name, create);

describe('createPolicy', () => {
  it('lists the policies there are when asked for another', () => {
    const setting = { rig: syntheticRig, random: seededRandom(0) };
    expect(() => createPolicy('chess', setting)).toThrow("no play policy 'chess'");
    expect(() => createPolicy('toString', setting)).toThrow("no play policy 'toString'");
  });
});

describe('aimed', () => {
  /** Share of control steps in which the tip is over the square, low enough to push it. */
  function shareAtSquare(name: string): number {
    const { moments, plate } = syntheticEpisode(3, 4);
    // The square fills rows 8..13 and columns 4..9 of the first frame.
    const middle = unproject(syntheticRig.projection, { row: 10.5, col: 6.5 }, 0.02);
    const policy = createPolicy(name, { rig: syntheticRig, random: seededRandom(4) });
    policy.begin(plate);
    let target: Vector3 = [0, 0, 0.03];
    let there = 0;
    for (let t = 0; t < 600; t++) {
      const action = policy.act({ frame: moments[0].frame, arm: moments[0].arm, target });
      ({ target } = applyAction(syntheticRig.action, syntheticRig.workspace, target, action));
      const distance = Math.hypot(target[0] - middle[0], target[1] - middle[1]);
      if (distance < 0.04 && target[2] < 0.045) there++;
    }
    return there / 600;
  }

  it('is at what it sees far more often than chance takes it there', () => {
    expect(shareAtSquare('aimed')).toBeGreaterThan(2 * shareAtSquare('wandering'));
  });
});
