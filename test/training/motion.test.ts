import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FrameCache } from '../../src/dataset/cache.ts';
import { openDataset } from '../../src/dataset/reader.ts';
import { makeWindows } from '../../src/dataset/windows.ts';
import { DatasetWriter } from '../../src/dataset/writer.ts';
import { armMask } from '../../src/spec/arm-mask.ts';
import type { Episode } from '../../src/spec/episode.ts';
import { makeFrame, type Frame } from '../../src/spec/frame.ts';
import { forwardKinematics } from '../../src/spec/kinematics.ts';
import { movingSteps, windowChances } from '../../src/training/motion.ts';
import { SIZE, syntheticPlate, syntheticRig } from '../dataset/synthetic.ts';

/** Beyond the picture's upper right corner. */
const ARM_ASIDE = [1.2, 0];
const plate = syntheticPlate();

/** The empty table with `colourOf` the plate's colour wherever `inside` says. */
function paint(
  inside: (row: number, col: number) => boolean,
  colourOf: (plate: readonly number[]) => readonly number[],
): Frame {
  const frame = makeFrame(SIZE, plate.data.slice());
  for (let at = 0; at < frame.data.length; at += 3) {
    const p = at / 3;
    if (inside(Math.floor(p / SIZE.width), p % SIZE.width)) {
      frame.data.set(colourOf([...plate.data.subarray(at, at + 3)]), at);
    }
  }
  return frame;
}

/** A square of `side` pixels in a colour, its top left pixel in row 12 and column `col`. */
const square = (
  col: number,
  side: number,
  colourOf: (plate: readonly number[]) => readonly number[],
): Frame => paint((r, c) => r >= 12 && r < 12 + side && c >= col && c < col + side, colourOf);
const red = (): readonly number[] => [220, 30, 40];
const shaded = (colour: readonly number[]): readonly number[] => colour.map((c) => Math.round(0.65 * c));

/** The bare arm over the table, white where it covers a pixel. */
function withArm(jointsRad: readonly number[]): Frame {
  const { data } = armMask(syntheticRig.arm, syntheticRig.projection, jointsRad, SIZE);
  return paint(
    (row, col) => data[row * SIZE.width + col] > 0.5,
    () => [250, 250, 250],
  );
}

function episode(frames: readonly Frame[], joints: readonly (readonly number[])[]): Episode {
  const moments = frames.map((frame, t) => {
    const { tip } = forwardKinematics(syntheticRig.arm, joints[t]);
    const action = t === frames.length - 1 ? null : [0, 0, 0];
    return { frame, arm: { jointsRad: joints[t], tip }, action };
  });
  return { moments, plate, seed: 1, task: 'play' };
}

const aside = (frames: readonly Frame[]): Episode =>
  episode(
    frames,
    frames.map(() => ARM_ASIDE),
  );
const swing = [0, 1, 2, 3, 4, 5, 6].map((t) => [0.3 - 0.1 * t, 0.2]);

const EPISODES = {
  pushed: aside([4, 4, 8, 12, 12, 12, 15].map((col) => square(col, 5, red))),
  shadow: aside([4, 7, 10, 13, 16, 19, 22].map((col) => square(col, 5, shaded))),
  arm: episode(swing.map(withArm), swing),
  'what looks like the arm': aside(swing.map(withArm)),
  speck: aside([4, 7, 10, 13, 16, 19, 22].map((col) => square(col, 2, red))),
} as const;

let cache: FrameCache;
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'foresight-motion-'));
  const writer = await DatasetWriter.open(dir, syntheticRig, { truth: false });
  for (const played of Object.values(EPISODES)) await writer.addEpisode(played, { policy: 'test' });
  await writer.close();
  cache = await FrameCache.open(await openDataset(dir), SIZE);
  return () => {
    cache.close();
    return rm(dir, { recursive: true });
  };
});

describe('moving steps', () => {
  const stepsOf = (name: keyof typeof EPISODES): number[] => [
    ...movingSteps(cache, Object.keys(EPISODES).indexOf(name)),
  ];

  it('are those in which a thing on the table is somewhere else afterwards', () => {
    expect(stepsOf('pushed')).toEqual([0, 1, 1, 0, 0, 1]);
  });

  it('are not those in which a shadow moves', () => {
    expect(stepsOf('shadow')).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('are not those in which only the arm moves, where it is known to be', () => {
    expect(stepsOf('arm')).toEqual([0, 0, 0, 0, 0, 0]);
    expect(stepsOf('what looks like the arm')).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('are not those in which a few pixels change', () => {
    expect(stepsOf('speck')).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("windows' chances", () => {
  it('grow with each predicted step in which something moves; the warm-up does not count', () => {
    const windows = makeWindows(cache.episodes, [0, 1], 4);
    expect(windows).toHaveLength(6);
    // Steps 2 and 3, 3 and 4, 4 and 5 of 0, 1, 1, 0, 0, 1; nothing in the other episode.
    const chances = [1.3, 0.3, 1.3, 0.3, 0.3, 0.3];
    const found = windowChances(cache, windows, 4, 2);
    expect([...found]).toEqual(chances.map((chance) => expect.closeTo(chance, 6) as number));
    const without = windowChances(cache, windows.slice(0, 1), 4, 0);
    expect([...without]).toEqual([expect.closeTo(2.3, 6)]);
  });
});
