import { describe, expect, it } from 'vitest';
import type { PolicyMaker } from '../../src/play/policy.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import { applyAction } from '../../src/spec/action.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { syntheticEpisode, syntheticRig } from '../dataset/synthetic.ts';

/** What every play policy must do. */
export function playPolicyContract(name: string, create: PolicyMaker): void {
  /** Lets a policy play with a picture that always shows the same; the targets it led to and what it asked for. */
  async function play(
    seed: number,
    steps: number,
  ): Promise<{ targets: Vector3[]; actions: (readonly number[])[] }> {
    const { moments, plate } = syntheticEpisode(3, 4);
    const policy = create({ rig: syntheticRig, random: seededRandom(seed) });
    await policy.begin(plate);
    let target: Vector3 = [0.1, 0.05, 0.03];
    const targets: Vector3[] = [];
    const actions: (readonly number[])[] = [];
    for (let t = 0; t < steps; t++) {
      const action = await policy.act({ frame: moments[0].frame, arm: moments[0].arm, target });
      actions.push(action);
      ({ target } = applyAction(syntheticRig.action, syntheticRig.workspace, target, action));
      targets.push(target);
    }
    return { targets, actions };
  }

  describe(`play policy ${name}`, () => {
    it('bears its own name', () => {
      expect(create({ rig: syntheticRig, random: seededRandom(0) }).name).toBe(name);
    });

    it('acts in -1..1, one finite number a dimension', async () => {
      for (const action of (await play(1, 300)).actions) {
        expect(action).toHaveLength(3);
        expect(action.every((a) => Number.isFinite(a) && Math.abs(a) <= 1)).toBe(true);
      }
    });

    it('plays the same from the same seed, and differently from another', async () => {
      const once = await play(1, 60);
      expect(await play(1, 60)).toEqual(once);
      expect(await play(2, 60)).not.toEqual(once);
    });

    it('goes everywhere: both halves of each axis, and up', async () => {
      const { targets } = await play(5, 1500);
      const share = (test: (target: Vector3) => boolean): number =>
        targets.filter(test).length / targets.length;
      // A policy that aims is mostly at the one thing that the picture shows, on the left, but not only there.
      for (const axis of [0, 1]) {
        expect(share((target) => target[axis] > 0.01)).toBeGreaterThan(0.015);
        expect(share((target) => target[axis] < -0.01)).toBeGreaterThan(0.015);
      }
      expect(share((target) => target[2] > 0.07)).toBeGreaterThan(0.03);
      expect(share((target) => target[2] < 0.05)).toBeGreaterThan(0.5);
    });

    it('moves in runs: successive actions point the same way more often than not', async () => {
      const { actions } = await play(9, 400);
      const agreeing = actions.slice(1).filter((action, t) => {
        const before = actions[t];
        return action[0] * before[0] + action[1] * before[1] + action[2] * before[2] > 0;
      });
      expect(agreeing.length / (actions.length - 1)).toBeGreaterThan(0.55);
    });
  });
}
