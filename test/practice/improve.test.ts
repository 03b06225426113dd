import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { untrainedModel } from '../../src/bench/bench.ts';
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

const options = (out: string, changed: Partial<ImproveOptions> = {}): ImproveOptions => ({
  settings,
  out: join(folder, out),
  rounds: 1,
  openRig: () => openRig('sim'),
  rescale: resizeFrame,
  threads: 1,
  ...changed,
});

describe('rounds of playing and refitting', { timeout: 120_000 }, () => {
  it('add what was played with the model to the play, and end the same when they were stopped', async () => {
    const whole = await improve(options('whole'));
    expect(whole).toMatchObject({ finished: true, rounds: [{ round: 1, minutes: 0.1 }] });

    const stop = new AbortController();
    const stopped = await improve(options('stopped', { signal: stop.signal, onCollect: () => stop.abort() }));
    expect(stopped).toEqual({ finished: false, rounds: [] });
    const { rounds } = await improve(options('stopped', { rounds: 2 }));
    expect(rounds.map(({ minutes }) => minutes)).toEqual([0.1, 0.2]);
    const [first] = rounds;
    expect([first.before, first.after]).toEqual([whole.rounds[0].before, whole.rounds[0].after]);
    expect(rounds[1].before).toEqual(first.after);
    const weights = (out: string): Promise<Buffer> =>
      readFile(join(folder, out, 'round-1/weights.safetensors'));
    expect(Buffer.compare(await weights('stopped'), await weights('whole'))).toBe(0);

    const { episodes, dir } = await openDataset(join(folder, 'stopped/play'));
    expect(episodes.map(({ policy, length }) => `${policy} ${length}`)).toEqual(Array(4).fill('practice 7'));
    const { training } = await loadCheckpoint(rounds[1].model);
    expect(training.data).toMatchObject({ playMinutes: 0.3, extra: [dir] });
  });

  it('do nothing when they are finished, and refuse other settings', async () => {
    const { rounds } = await improve(options('whole'));
    expect(rounds).toHaveLength(1);
    const other = improve(options('whole', { settings: { ...settings, policy: 'curious' } }));
    await expect(other).rejects.toThrow('holds rounds with other settings');
  });
});
