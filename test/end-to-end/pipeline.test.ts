/** From play to a push, with the commands a person types; each test goes on from the ones before. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ffprobe from '@ffprobe-installer/ffprobe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCheckpoint } from '../../src/model/checkpoint.ts';
import { foresight, foresightJson } from '../tools/run-foresight.ts';

const STEPS = 3;
/** Short predictions and few windows a step: what is learnt does not matter here. */
const QUICK = {
  batch: 4,
  metricsHorizon: 1,
  schedule: { warmupSteps: 2, horizons: [{ from: 0, horizon: 2 }] },
};
/** A checkpoint after every step. */
const OFTEN = { ...QUICK, checkpointSeconds: 1e-9 };
const ABSURD = { ...QUICK, schedule: { ...QUICK.schedule, learningRate: 1e30, warmupSteps: 0 } };

describe('from play to a push', { timeout: 120_000 }, () => {
  let folder = '';
  const inside = (name: string): string => join(folder, name);

  const trainWords = async (out: string, config: object): Promise<string[]> => {
    await writeFile(inside(`${out}.json`), JSON.stringify(config));
    const words = `train --data play --out ${out} --steps ${STEPS} --seed 5 --config ${out}.json`;
    return words.split(' ');
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foresight-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('a minute of play is collected, and sound', async () => {
    const words = 'collect --robot sim --out play --minutes 1 --seed 3'.split(' ');
    const collected = await foresightJson(words, { cwd: folder });
    expect(collected).toMatchObject({ dir: 'play', complete: true, episodes: 5 });
    const { code, stdout } = await foresight(['dataset', 'verify', 'play'], { cwd: folder });
    expect(stdout).toContain('play: whole (5 episodes, 130 frames');
    expect(code).toBe(0);
  });

  test('training makes a checkpoint that loads', async () => {
    const trained = await foresightJson(await trainWords('model', QUICK), { cwd: folder });
    expect(trained).toMatchObject({ out: 'model', finished: true });
    const { rig, training } = await loadCheckpoint(inside('model'));
    expect(rig.name).toBe('sim');
    expect(training).toMatchObject({ seed: 5, reached: { step: STEPS }, data: { episodes: 5 } });
  });

  test('Ctrl-C keeps a checkpoint; the same command goes on to the same weights, bit for bit', async () => {
    const words = await trainWords('stopped', OFTEN);
    const { code, stderr } = await foresight(words, { cwd: folder, interruptAt: /^step \d+:/m });
    expect(code).toBe(130);
    expect(stderr).toContain('the same command goes on from here');
    const { step } = (await loadCheckpoint(inside('stopped'))).training.reached as { step: number };
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(STEPS);

    expect(await foresightJson(words, { cwd: folder })).toMatchObject({ finished: true });
    const uninterrupted = await loadCheckpoint(inside('model'));
    expect((await loadCheckpoint(inside('stopped'))).weights).toEqual(uninterrupted.weights);
  });

  test('a loss that is no number stops training, and what to do is said', async () => {
    const { code, stderr } = await foresight(await trainWords('absurd', ABSURD), { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: training: .* at step \d+$/m);
    expect(stderr).toContain('next: nothing was saved; train again with a lower learning rate');
  });

  test('the model is evaluated on one task, with a video that ffprobe reads', async () => {
    const words =
      'evaluate --model model --episodes 1 --candidates 16 --iterations 1 --horizon 4 --video videos';
    const result = await foresightJson(words.split(' '), { cwd: folder });
    expect(result).toMatchObject([{ suite: 'push', success: { trials: 1 }, settings: { candidates: 16 } }]);
    const [{ steps }] = result as { steps: number }[];
    expect(steps).toBeGreaterThan(0);
    const video = inside('videos/push-0.mp4');
    expect(existsSync(video)).toBe(true);
    const { stdout } = await promisify(execFile)(ffprobe.path, [
      ...'-v error -count_frames -select_streams v:0 -of json'.split(' '),
      ...'-show_entries stream=codec_name,pix_fmt,nb_read_frames'.split(' '),
      video,
    ]);
    const { streams } = JSON.parse(stdout) as { streams: unknown[] };
    // Five frames a control step, and two steps' worth of the end.
    const frames = String(5 * (steps + 2));
    expect(streams).toEqual([{ codec_name: 'h264', pix_fmt: 'yuv420p', nb_read_frames: frames }]);
  });
});
