import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { untrainedModel } from '../../src/bench/untrained.ts';
import { saveCheckpoint } from '../../src/model/checkpoint.ts';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import { makeFrame } from '../../src/spec/frame.ts';
import type { Pixel } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';
import { probeVideo } from '../../src/video/ffmpeg.ts';
import { readPng, writePng } from '../../src/video/png.ts';
import { SMALL_NETWORK } from '../fixtures/hand-made.ts';
import { foresight, foresightJson } from './run-foresight.ts';

const SEED = '3';

describe('foresight act', { timeout: 60_000 }, () => {
  let folder = '';
  /** A pixel on an object of the scene, and the same as an option. */
  let object: Pixel;
  let from = '';

  /** Short plans: what is planned does not matter here, and the time goes into compiling. */
  const begin = ['act', '--seed', SEED, '--planner-options', 'candidates=16,horizon=2'];
  const push = [...begin, '--model', 'model'];
  const act = (words: string): ReturnType<typeof foresight> =>
    foresight([...begin, ...words.split(' ').filter((word) => word !== '')], { cwd: folder });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foresight-'));
    await saveCheckpoint(join(folder, 'model'), untrainedModel(SMALL_NETWORK));
    const rig = await openSimRig();
    await rig.reset(Number(SEED));
    const small = makeFrame({ height: 4, width: 4 }, new Uint8Array(48));
    await writePng(small, join(folder, 'small.png'));
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
    ['--from 60,80', '1 --from and 0 --to', '--to ROW,COL'],
    ['--from 60,80 --to 60,90 --goal-image a.png', 'both pixels and a goal image', 'or --goal-image'],
    ['--goal-image nowhere.png --model model', 'nowhere.png: not a picture that can be read', ''],
    [
      '--goal-image small.png --model model',
      'expected 160x120 pixels as the camera records, got 4x4',
      'camera',
    ],
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
    const words = ['--from', from, '--to', '60,80', '--steps', '2', '--video', 'push.mp4'];
    const report = await foresightJson([...push, ...words], { cwd: folder });
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

  test('a picture of how it ended is what a goal image is made of', async () => {
    const words = [...push, '--steps', '1'];
    const pushed = [...words, '--from', from, '--to', '60,80', '--picture', 'end.png'];
    await foresightJson(pushed, { cwd: folder });
    expect(await readPng(join(folder, 'end.png'))).toMatchObject({ height: 120, width: 160 });
    // Nothing was pushed yet: the same scene looks as the picture does, the arm out of the count in both.
    const report = await foresightJson([...words, '--goal-image', 'end.png'], { cwd: folder });
    expect(report).toMatchObject({ done: true, task: { goals: [], maxSteps: 1 }, steps: [] });
  });

  test('several pixels of one object are several goals', async () => {
    const words = [...push, '--steps', '1', '--from', from, '--to', '60,80'];
    const second = `${(object.row + 3).toFixed(1)},${object.col.toFixed(1)}`;
    const report = await foresightJson([...words, '--from', second, '--to', '63,80'], { cwd: folder });
    const { steps } = report as { steps: { tracked: { goal: Pixel }[] }[] };
    expect(steps[0].tracked.map(({ goal }) => goal.row)).toEqual([60, 63]);
  });

  test('Ctrl-C ends the push, with exit code 130', async () => {
    const words = [...push, '--from', from, '--to', '60,80'];
    const { code, stdout } = await foresight(words, { cwd: folder, interruptAt: /^step {2}1 /m });
    expect(code).toBe(130);
    expect(stdout).toMatch(/^stopped after \d steps/m);
  });
});
