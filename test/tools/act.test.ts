import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { untrainedModel } from '../../src/bench/bench.ts';
import { saveCheckpoint } from '../../src/model/checkpoint.ts';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import type { Pixel } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';
import { probeVideo } from '../../src/video/ffmpeg.ts';
import { readPng } from '../../src/video/png.ts';
import { SMALL_NETWORK } from '../fixtures/hand-made.ts';
import { foresight, foresightJson } from './run-foresight.ts';

const SEED = '3';

describe('foresight act', { timeout: 60_000 }, () => {
  let folder = '';
  /** A pixel on an object of the scene, and the same as an option. */
  let object: Pixel;
  let from = '';

  const act = (words: string, run = {}): ReturnType<typeof foresight> =>
    foresight(['act', '--seed', SEED, ...words.split(' ').filter((word) => word !== '')], {
      cwd: folder,
      ...run,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foresight-'));
    await saveCheckpoint(join(folder, 'model'), untrainedModel(SMALL_NETWORK));
    const rig = await openSimRig();
    await rig.reset(Number(SEED));
    object = project(rig.rig.projection, rig.world().objectPoint(0));
    from = `${object.row.toFixed(1)},${object.col.toFixed(1)}`;
    await rig.close();
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('without pixels it writes the frame with coordinates, and says how to go on', async () => {
    const { code, stdout } = await act('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^videos\/now\.png: .* 120 rows and 160 columns$/m);
    expect(stdout).toMatch(/^next: .* --seed 3 --from ROW,COL --to ROW,COL$/m);
    const picture = await readPng(join(folder, 'videos/now.png'));
    expect(picture.width / picture.height).toBeCloseTo(4 / 3, 1);
    expect(picture.width).toBeGreaterThan(6 * 160);
  });

  test('--still alone is what happens when it is given', async () => {
    const still = { still: 'here.png', height: 120, width: 160 };
    const words = ['act', '--seed', SEED, '--from', from, '--to', '60,80', '--still', 'here.png'];
    expect(await foresightJson(words, { cwd: folder })).toEqual(still);
  });

  test.each([
    ['--from 60,80', 'only one of the two is given', '--to ROW,COL'],
    ['--from 60,80 --to 60,160', '--to 60,160 is outside the frame of 120 rows and 160 columns', '--still'],
    ['--from 60,80 --to 60,90 --model nowhere', 'nowhere/config.json', 'foresight train'],
    ['--from 90,20 --to 60,80 --model model', 'nothing to push at --from 90,20', '--still'],
  ])('%s is an error that says what to do', async (words, reason, next) => {
    const { code, stderr } = await act(words);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr).toContain(next);
  });

  test('a push goes step by step, and is filmed', async () => {
    const words = ['act', '--seed', SEED, '--model', 'model', '--from', from, '--to', '60,80'];
    const more = ['--steps', '2', '--video', 'push.mp4'];
    const report = await foresightJson([...words, ...more], { cwd: folder });
    const { steps } = report as {
      steps: { sent: number[]; cost: number; tracked: { pixel: Pixel; confidence: number }[] }[];
    };
    expect(report).toMatchObject({ done: false, task: { goals: [{ goal: { row: 60, col: 80 } }] } });
    expect(steps).toHaveLength(2);
    for (const { sent, cost, tracked } of steps) {
      expect(sent.every((a) => Math.abs(a) <= 1 + 1e-9)).toBe(true);
      expect(cost).toBeGreaterThan(0);
      expect(tracked[0].confidence).toBeGreaterThan(0.5);
    }
    expect(steps[0].tracked[0].pixel.row).toBeCloseTo(object.row, -1);
    // Five frames a control step, and two steps' worth of the end.
    expect(await probeVideo(join(folder, 'push.mp4'))).toMatchObject({ frames: 20, codec: 'h264' });
  });

  test('Ctrl-C ends the push, with exit code 130', async () => {
    const { code, stdout } = await act(`--model model --from ${from} --to 60,80`, {
      interruptAt: /^step {2}1 /m,
    });
    expect(code).toBe(130);
    expect(stdout).toMatch(/^stopped after \d steps/m);
  });
});
