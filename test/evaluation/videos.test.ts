import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Prediction } from '../../src/control/controller.ts';
import type { EpisodeResult, WatchedStep } from '../../src/evaluation/evaluate.ts';
import type { SuiteTask } from '../../src/evaluation/task-suite.ts';
import { episodeRecorder } from '../../src/evaluation/videos.ts';
import { makeFrame, type Frame, type FrameSize } from '../../src/spec/frame.ts';
import { decodeVideo, probeVideo } from '../../src/video/ffmpeg.ts';
import { testRig } from '../fixtures/rig.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SIZE = { height: 60, width: 80 } as const;
const rig = testRig(SIZE);

/** One colour all over. */
function plain(colour: readonly [number, number, number], size: FrameSize = SIZE): Frame {
  const bytes = size.height * size.width * 3;
  return makeFrame(
    size,
    Uint8Array.from({ length: bytes }, (_, i) => colour[i % 3]),
  );
}
const seen = plain([40, 160, 60]);
const plate = plain([200, 180, 150]);

const task = (seed: number): SuiteTask => ({
  seed,
  goals: [{ object: 0, point: [0, 0, 0.02], goal: [0.05, 0.02, 0.02], withinM: 0.025 }],
  task: { goals: [{ designated: { row: 20, col: 30 }, goal: { row: 40, col: 50 } }], maxSteps: 9 },
});

function step(index: number, predicted?: readonly Prediction[]): WatchedStep {
  const tracked = [{ pixel: { row: 25, col: 35 }, confidence: 1 }];
  const thought = predicted ? { tracked, paint: async () => predicted } : { tracked: [] };
  return {
    index,
    frame: seen,
    arm: { jointsRad: [0], tip: [0, 0, 0.05] },
    sent: [0, 0, 0],
    decision: { action: [0, 0, 0], done: false, thought },
    choiceMs: 1,
    sections: {},
    missedDeadline: false,
    truth: [[0, 0, 0.02]],
    plate,
  };
}

const result = (index: number): EpisodeResult => ({
  index,
  success: true,
  startCm: 10,
  finalCm: 1.2,
  closestCm: 1,
  finalPx: 3,
  steps: 3,
  trackingPx: 1,
  planMs: [],
  missedDeadlines: 0,
});

/** The mean colour of a small square in a frame. */
function colourAt(frame: Frame, row: number, col: number): number[] {
  const sum = [0, 0, 0];
  for (let r = row; r < row + 5; r++) {
    for (let c = col; c < col + 5; c++) {
      for (let k = 0; k < 3; k++) sum[k] += frame.data[3 * (r * frame.width + c) + k] / 25;
    }
  }
  return sum;
}

async function framesOf(path: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of decodeVideo(path, (await probeVideo(path)).size)) frames.push(frame);
  return frames;
}

it('films a task: five frames a step and ten of the end, of even size, at the speed it happened', async () => {
  const dir = await temporaryFolder();
  const path = (index: number): string => join(dir, `task-${index}.mp4`);
  const recorder = episodeRecorder(rig, path);
  const filmed = task(1);
  // No whole part of what is recorded: once, a video's frames came out in two sizes, and none was written.
  const small = { height: 45, width: 60 };
  const likely = { height: 24, width: 32, data: new Float32Array(24 * 32).fill(1 / (24 * 32)) };
  const predicted = Array.from({ length: 10 }, (_, t) => ({
    frame: plain([20 * t, 60, 220 - 20 * t], small),
    distributions: [likely],
  }));
  await recorder.step(filmed, step(0, predicted));
  await recorder.step(filmed, step(1));
  await recorder.step(filmed, step(2, predicted));
  await recorder.finish(result(4), filmed, seen);

  const facts = await probeVideo(path(4));
  expect(facts.size.width % 2).toBe(0);
  expect(facts.size.height % 2).toBe(0);
  expect(facts).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', fps: 5 * rig.controlHz });
  const frames = await framesOf(path(4));
  expect(frames).toHaveLength(3 * 5 + 2 * 5);

  // Left: what was seen, and below it where the point may be. Right: the prediction while there is one, played
  // through, else the empty table; and below it the cost.
  const at = (share: number, of: number): number => Math.floor(share * of);
  const { height, width } = facts.size;
  const [row, below, left, right] = [at(0.4, height), at(0.6, height), at(0.1, width), at(0.9, width)];
  const close = (a: readonly number[], b: readonly number[]): boolean =>
    a.every((v, k) => Math.abs(v - b[k]) < 12);
  for (const frame of frames) expect(close(colourAt(frame, row, left), [40, 160, 60])).toBe(true);
  for (let k = 0; k < 5; k++) {
    const [ahead, none] = [colourAt(frames[k], row, right), colourAt(frames[5 + k], row, right)];
    expect(close(ahead, [40 * k, 60, 220 - 40 * k])).toBe(true);
    expect(close(none, [200, 180, 150])).toBe(true);
    expect(close(colourAt(frames[k], below, left), [220, 50, 47])).toBe(true);
  }
});

it('films one task after the other, each into its file', async () => {
  const dir = await temporaryFolder();
  const recorder = episodeRecorder(rig, (index) => join(dir, `${index}.mp4`));
  for (const index of [0, 1]) {
    const filmed = task(index);
    for (let t = 0; t <= index; t++) await recorder.step(filmed, step(t));
    await recorder.finish(result(index), filmed, seen);
  }
  expect(await framesOf(join(dir, '0.mp4'))).toHaveLength(15);
  expect(await framesOf(join(dir, '1.mp4'))).toHaveLength(20);
});

it('writes nothing for a task without a step', async () => {
  const path = join(await temporaryFolder(), 'none.mp4');
  await episodeRecorder(rig, () => path).finish(result(0), task(1), seen);
  await expect(access(path)).rejects.toThrow('ENOENT');
});
