import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { untrainedModel } from '../../src/bench/untrained.ts';
import { openDataset } from '../../src/dataset/reader.ts';
import { loadCheckpoint, saveCheckpoint } from '../../src/model/checkpoint.ts';
import { plannerNames } from '../../src/planner/registry.ts';
import { improve, type ImproveOptions, type ImproveSettings } from '../../src/practice/improve.ts';
import { openRig } from '../../src/rig/registry.ts';
import { trainingSchema } from '../../src/training/config.ts';
import { resizeFrame } from '../../src/video/resize.ts';
import { SMALL_NETWORK } from '../fixtures/hand-made.ts';

const SAMPLE = join(import.meta.dirname, '../../data/sample');

let folder: string;
let settings: ImproveSettings;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foresight-improve-'));
  const data = join(folder, 'play');
  await cp(SAMPLE, data, { recursive: true, filter: (path) => !path.endsWith('cache') });
  const model = join(folder, 'model');
  await saveCheckpoint(model, untrainedModel(SMALL_NETWORK));
  settings = {
    model,
    play: { data, playMinutes: 0.3 },
    policy: 'practice',
    planner: plannerNames[0],
    minutes: 0.1,
    episodeSteps: 6,
    seed: 5,
    network: SMALL_NETWORK,
    training: trainingSchema.parse({
      budget: { steps: 1 },
      batch: 2,
      shards: 1,
      metricsHorizon: 1,
      heldOut: 0.25,
      schedule: { horizons: [{ from: 0, horizon: 1 }] },
    }),
  };
  return () => rm(folder, { recursive: true });
});

const options = (changed: Partial<ImproveOptions> = {}): ImproveOptions => ({
  settings,
  out: join(folder, 'better'),
  rounds: 1,
  openRig: () => openRig('sim'),
  rescale: resizeFrame,
  threads: 1,
  ...changed,
});

describe('rounds of playing and refitting', { timeout: 300_000 }, () => {
  it('add what was played with the model to the play; stopped, they go on where they were', async () => {
    const stop = new AbortController();
    const stopped = await improve(options({ signal: stop.signal, onCollect: () => stop.abort() }));
    expect(stopped).toEqual({ finished: false, rounds: [] });

    // The play is there and the refit is not: the arm is not wanted any more.
    const played = new AbortController();
    const onCollect: ImproveOptions['onCollect'] = (_, { minutes, totalMinutes }) => {
      if (minutes >= totalMinutes) played.abort();
    };
    expect((await improve(options({ signal: played.signal, onCollect }))).finished).toBe(false);
    const noArm = () => Promise.reject(new Error('the arm was asked for'));

    const { finished, rounds } = await improve(options({ openRig: noArm }));
    expect(finished).toBe(true);
    expect(rounds).toMatchObject([{ round: 1, minutes: 0.1, model: join(folder, 'better/round-1') }]);
    const [{ before, after, model }] = rounds;
    expect(before.moved.windows).toBe(after.moved.windows);
    expect(before.psnr).not.toBe(after.psnr);

    const { episodes, dir } = await openDataset(join(folder, 'better/play'));
    expect(episodes.map(({ policy, length }) => `${policy} ${length}`)).toEqual(['practice 7', 'practice 7']);
    const { training } = await loadCheckpoint(model);
    expect(training.data).toMatchObject({ playMinutes: 0.3, extra: [dir] });

    expect(await improve(options())).toEqual({ finished, rounds });
    const other = improve(options({ settings: { ...settings, policy: 'curious' } }));
    await expect(other).rejects.toThrow('holds rounds with other settings');
  });
});
