import { describe, expect, it } from 'vitest';
import { curiousPolicy, type Novelty } from '../../src/play/curious-policy.ts';
import { applyAction, type Vector3 } from '../../src/spec/action.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { playPolicyContract } from '../contract/play-policy.ts';
import { syntheticEpisode, syntheticRig } from '../dataset/synthetic.ts';

/** Runs that end far to one side are new: 1 for the right, -1 for the left. */
const towards =
  (side: number): Novelty =>
  async (_, runs) =>
    runs.map((run) => side * run[run.length - 1][0]);

playPolicyContract('curious', (setting) => curiousPolicy(setting, async (_, runs) => runs.map(() => 0)));

describe('curious', () => {
  const { moments, plate } = syntheticEpisode(3, 4);

  /** Where the tip is on average, along x, metres. */
  async function meanX(novelty: Novelty): Promise<number> {
    const policy = curiousPolicy({ rig: syntheticRig, random: seededRandom(4) }, novelty);
    await policy.begin(plate);
    let target: Vector3 = [0, 0, 0.03];
    let sum = 0;
    for (let t = 0; t < 400; t++) {
      const action = await policy.act({ frame: moments[0].frame, arm: moments[0].arm, target });
      ({ target } = applyAction(syntheticRig.action, syntheticRig.workspace, target, action));
      sum += target[0] / 400;
    }
    return sum;
  }

  it('makes the runs that are most novel', async () => {
    const [left, right] = [await meanX(towards(-1)), await meanX(towards(1))];
    expect(right - left).toBeGreaterThan(0.03);
  });

  it('tells what it sees and where it is, and is given a choice', async () => {
    const asked: number[] = [];
    await meanX(async (situation, runs) => {
      expect(situation.plate).toBe(plate);
      expect(situation.frame).toBe(moments[0].frame);
      asked.push(runs.length);
      return runs.map(() => 0);
    });
    expect(asked.length).toBeGreaterThan(10);
    expect(new Set(asked)).toEqual(new Set([8]));
  });
});
