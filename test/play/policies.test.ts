import { describe, expect, it } from 'vitest';
import { findPolicy, policies } from '../../src/play/registry.ts';
import { applyAction, type Vector3 } from '../../src/spec/action.ts';
import { seededRandom, type Random } from '../../src/spec/random.ts';
import { unproject } from '../../src/spec/projection.ts';
import { playPolicyContract } from '../contract/play-policy.ts';
import { syntheticEpisode, syntheticRig } from '../dataset/synthetic.ts';

for (const [name, create] of Object.entries(policies)) playPolicyContract(name, create);

describe('findPolicy', () => {
  it('lists the policies there are when asked for another', () => {
    expect(() => findPolicy('chess')).toThrow("no play policy 'chess'");
    expect(() => findPolicy('toString')).toThrow("no play policy 'toString'");
  });
});

describe('aimed', () => {
  const { moments, plate } = syntheticEpisode(3, 4);
  // The square fills rows 8..13 and columns 4..9 of the first frame, near the workspace's left edge.
  const middle = unproject(syntheticRig.projection, { row: 10.5, col: 6.5 }, 0.02);

  /** Where the tip is told to go while a policy plays with a picture that always shows the same. */
  async function play(name: string, random: Random, steps: number): Promise<Vector3[]> {
    const policy = findPolicy(name)({ rig: syntheticRig, random });
    await policy.begin(plate);
    let target: Vector3 = [0, 0, 0.03];
    const targets: Vector3[] = [];
    for (let t = 0; t < steps; t++) {
      const action = await policy.act({ frame: moments[0].frame, arm: moments[0].arm, target });
      ({ target } = applyAction(syntheticRig.action, syntheticRig.workspace, target, action));
      targets.push(target);
    }
    return targets;
  }

  /** Share of control steps in which the tip is over the square, low enough to push it. */
  async function shareAtSquare(name: string): Promise<number> {
    const there = (await play(name, seededRandom(4), 600)).filter(
      ([x, y, z]) => Math.hypot(x - middle[0], y - middle[1]) < 0.04 && z < 0.045,
    );
    return there.length / 600;
  }

  it('is at what it sees far more often than chance takes it there', async () => {
    expect(await shareAtSquare('aimed')).toBeGreaterThan(2 * (await shareAtSquare('wandering')));
  });

  it('pushes it inwards: pushes that the edge would cut short are drawn again', async () => {
    const { low, high } = syntheticRig.workspace;
    let [steps, atEdge, pushes] = [0, 0, 0];
    for (let seed = 0; seed < 5; seed++) {
      // Without noise the tip goes straight to where a run ends, which is at the edge when that lies beyond.
      const targets = await play('aimed', { ...seededRandom(seed), normal: () => 0 }, 400);
      for (const [x, y] of targets) {
        steps++;
        const inside = [x - low[0], high[0] - x, y - low[1], high[1] - y];
        if (Math.min(...inside) < 1e-6) atEdge++;
        if (Math.hypot(x - middle[0], y - middle[1]) < 0.04) pushes++;
      }
    }
    expect(pushes / steps).toBeGreaterThan(0.25);
    expect(atEdge / steps).toBeLessThan(0.01); // one step in eleven if they were not drawn again
  });
});
