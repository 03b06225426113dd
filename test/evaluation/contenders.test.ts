import { describe, expect, it } from 'vitest';
import { untrainedModel } from '../../src/bench/untrained.ts';
import { COST_DEFAULTS } from '../../src/cost/rollout.ts';
import { contenderSettings } from '../../src/evaluation/contenders.ts';
import { saveCheckpoint } from '../../src/model/checkpoint.ts';
import { SMALL_NETWORK } from '../fixtures/hand-made.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const options = { planner: 'icem', plannerOptions: { elites: 5 }, threads: 1 };

describe('what results follow from', () => {
  it('is, for the simulator as perfect model, its search, its cost and its time step', async () => {
    // Results of another cost were once taken for those of the present one.
    expect(await contenderSettings('oracle', options)).toMatchObject({
      planner: 'icem',
      candidates: 24,
      elites: 5,
      finalists: 0,
      cost: COST_DEFAULTS,
      timestepS: 0.008,
    });
  });

  it('is, for a checkpoint, its weights too', async () => {
    const [one, other] = [await temporaryFolder(), await temporaryFolder()];
    await saveCheckpoint(one, untrainedModel(SMALL_NETWORK));
    const { weights, ...rest } = untrainedModel(SMALL_NETWORK);
    const [[name, value]] = Object.entries(weights);
    const changed = { ...value, data: Float32Array.from(value.data, (x) => x + 1) };
    await saveCheckpoint(other, { ...rest, weights: { ...weights, [name]: changed } });
    const settings = await contenderSettings(one, options);
    expect(settings).toMatchObject({ candidates: 40, elites: 5, threads: 1, cost: COST_DEFAULTS });
    const { weights: digest, ...same } = await contenderSettings(other, options);
    expect({ ...same, weights: settings.weights }).toEqual(settings);
    expect(digest).not.toBe(settings.weights);
  });

  it('is nothing for those that plan nothing', async () => {
    expect(await contenderSettings('random', options)).toEqual({});
  });
});
