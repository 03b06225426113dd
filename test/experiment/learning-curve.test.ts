/** The whole way in small: a little play, a step or two of training, a task each. */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/dataset/reader.ts';
import { suiteNames } from '../../src/evaluation/suites.ts';
import { learningCurve, type CurveConfig, type CurveOptions } from '../../src/experiment/learning-curve.ts';
import { networkLabel } from '../../src/experiment/curve-points.ts';
import { loadCheckpoint } from '../../src/model/checkpoint.ts';
import { plannerNames } from '../../src/planner/registry.ts';
import { trainingSchema } from '../../src/training/config.ts';
import { resizeFrame } from '../../src/video/resize.ts';
import { SMALL_NETWORK } from '../fixtures/hand-made.ts';

/** The small network by how it differs from the default one. */
const NAME = networkLabel(SMALL_NETWORK);
const SAMPLE = join(import.meta.dirname, '../../data/sample');

let folder: string;
let config: CurveConfig;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foresight-curve-'));
  const data = join(folder, 'play');
  await cp(SAMPLE, data, { recursive: true, filter: (path) => !path.endsWith('cache') });
  config = {
    data,
    arms: ['curious'],
    playMinutes: [0.4],
    budgets: [{ steps: 1 }],
    plainShare: 0.5,
    rounds: 1,
    episodeSteps: 12,
    playSeed: 2,
    networks: [SMALL_NETWORK],
    training: trainingSchema.parse({
      budget: { steps: 1 },
      batch: 2,
      shards: 1,
      metricsHorizon: 1,
      heldOut: 0.25,
      schedule: { horizons: [{ from: 0, horizon: 1 }] },
    }),
    suite: suiteNames[0],
    planner: plannerNames[0],
    seed: 3,
    tasks: 1,
  };
  return () => rm(folder, { recursive: true });
});

const options = (changed: Partial<CurveOptions> = {}): CurveOptions => ({
  config,
  out: join(folder, 'curve'),
  threads: 1,
  rescale: resizeFrame,
  ...changed,
});

describe('a learning curve', { timeout: 300_000 }, () => {
  it('stopped in the middle of a point goes on with it, and measures nothing twice', async () => {
    const stop = new AbortController();
    const stopped = await learningCurve(
      options({ signal: stop.signal, onTraining: ({ metrics }) => metrics && stop.abort() }),
    );
    expect(stopped).toEqual({ finished: false, points: [] });

    const whole = await learningCurve(options());
    expect(whole.finished).toBe(true);
    const lines = (await readFile(join(folder, 'curve/points.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(whole.points);
    const [{ success, steps, heldOut, finalCm, macs, planMs, model }] = whole.points;
    expect(success.trials).toBe(1);
    expect(steps).toBe(1);
    expect(Object.values({ ...heldOut, ...finalCm, macs, ...planMs }).every(Number.isFinite)).toBe(true);

    // Equal robot time: half of it plain, half played with the model of that half.
    const played = await openDataset(join(folder, `curve/${NAME}-curious-0.4min-1steps/play`));
    expect(played.episodes.map(({ policy, length }) => [policy, length])).toEqual([
      ['curious', 13],
      ['curious', 13],
    ]);
    const said = async (dir: string): Promise<unknown> => (await loadCheckpoint(dir)).training.data;
    expect(await said(model)).toMatchObject({ playMinutes: 0.2, extra: [played.dir] });
    expect(await said(join(folder, `curve/${NAME}-plain-0.2min-1steps`))).toMatchObject({ playMinutes: 0.2 });

    const begun: string[] = [];
    const again = await learningCurve(options({ onBegin: ({ arm }) => begun.push(arm) }));
    expect(again).toEqual(whole);
    expect(begun).toEqual([]);

    // Another task for the same model: the one that is known is not carried out again.
    const tasks: number[] = [];
    const more = await learningCurve(
      options({ config: { ...config, tasks: 2 }, onTask: (done) => tasks.push(done) }),
    );
    expect(tasks).toEqual([2]);
    expect(more.points[0].success.trials).toBe(2);
    expect(more.points[0].model).toBe(model);
  });

  it('says before it begins what it cannot do', async () => {
    // Half of the play of this arm is plain.
    const long = learningCurve(options({ config: { ...config, playMinutes: [0.4, 60] } }));
    await expect(long).rejects.toThrow('fewer than the 30 asked for');
    const nothingAsked = learningCurve(options({ config: { ...config, plainShare: 1 } }));
    await expect(nothingAsked).rejects.toMatchObject({ next: 'give a share below 1 (--plain-share)' });
    const unknown = learningCurve(options({ config: { ...config, arms: ['plain', 'lazy'] } }));
    await expect(unknown).rejects.toMatchObject({ next: 'use some of: plain, curious, practice' });
  });
});
