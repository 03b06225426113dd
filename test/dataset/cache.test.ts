import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FrameCache, type CacheOptions } from '../../src/dataset/cache.ts';
import { openDataset } from '../../src/dataset/reader.ts';
import { splitEpisodes } from '../../src/dataset/splits.ts';
import { makeWindows } from '../../src/dataset/windows.ts';
import { armMask } from '../../src/spec/arm-mask.ts';
import { resizeFrame } from '../../src/video/resize.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { syntheticEpisode, syntheticRig, writeSynthetic } from './synthetic.ts';

const SIZE = { height: 12, width: 16 } as const;

/** Opens the cache; tells which episodes had to be built. */
async function open(
  dir: string,
  options: CacheOptions = {},
): Promise<{ cache: FrameCache; built: number[] }> {
  const built: number[] = [];
  const cache = await FrameCache.open(await openDataset(dir), SIZE, {
    ...options,
    onProgress: (done) => built.push(done),
  });
  return { cache, built };
}

let shared: string;
let cache: FrameCache;

beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'foresight-cache-'));
  await writeSynthetic(shared, 3, 9);
  ({ cache } = await open(shared));
  return () => {
    cache.close();
    return rm(shared, { recursive: true });
  };
});

describe('the frame cache', () => {
  it("holds each frame scaled, the arm's coverage, the plate and the numbers", async () => {
    const written = syntheticEpisode(1, 9);
    const pixels = cache.frames(1, 4, 2);
    expect(pixels).toHaveLength(2 * 12 * 16 * 4);
    const expected = await resizeFrame(written.moments[5].frame, SIZE);
    const mask = armMask(syntheticRig.arm, syntheticRig.projection, written.moments[5].arm.jointsRad, SIZE);
    expect(Math.max(...mask.data)).toBe(1);
    let error = 0;
    for (let p = 0; p < 12 * 16; p++) {
      const at = 4 * (12 * 16 + p);
      for (let c = 0; c < 3; c++) error += Math.abs(pixels[at + c] - expected.data[3 * p + c]);
      expect(pixels[at + 3]).toBeCloseTo(255 * mask.data[p], -0.5);
    }
    expect(error / expected.data.length).toBeLessThan(3);
    expect(Array.from(cache.plate(1))).toEqual(Array.from((await resizeFrame(written.plate, SIZE)).data));
    const { tips, joints, actions, truth } = cache.numbers(1);
    expect([tips.length, joints.length, actions.length, truth.length]).toEqual([30, 20, 30, 120]);
    expect(Array.from(tips.subarray(15, 18))).toEqual(
      Array.from(Float32Array.from(written.moments[5].arm.tip)),
    );
    expect(Array.from(actions.subarray(27))).toEqual([0, 0, 0]);
    expect(truth[12 * 5]).toBe(written.moments[5].truth?.[0]);
    expect(truth[12 * 5 + 11]).toBeNaN();
  });

  it('is built once, extended when episodes are added, and the same as in one go', async () => {
    const dir = await temporaryFolder();
    await writeSynthetic(dir, 2, 9);
    const first = await open(dir);
    expect(first.built).toEqual([1, 2]);
    first.cache.close();
    const again = await open(dir);
    expect(again.built).toEqual([]);
    again.cache.close();
    await writeSynthetic(dir, 3, 9);
    const extended = await open(dir);
    expect(extended.built).toEqual([3]);
    for (let episode = 0; episode < 3; episode++) {
      expect(Buffer.compare(extended.cache.frames(episode, 0, 10), cache.frames(episode, 0, 10))).toBe(0);
    }
    extended.cache.close();
  });

  it.each([
    ['its header is garbage', 'cache/16x12.json', (path: string) => writeFile(path, 'garbage')],
    ['it was cut short', 'cache/16x12.bin', (path: string) => truncate(path, 100)],
    [
      'an episode has changed',
      'meta/plates/episode_000000.png',
      async (path: string) => {
        const plate = await readFile(path);
        await writeFile(path, plate);
      },
    ],
  ] as const)('is built anew when %s', async (_, file, change) => {
    const dir = await temporaryFolder();
    await writeSynthetic(dir, 2, 4);
    (await open(dir)).cache.close();
    await change(join(dir, file));
    const { built, cache: anew } = await open(dir);
    anew.close();
    expect(built).toEqual([1, 2]);
  });

  it('reads slices from the file when it is too large for memory', async () => {
    const { cache: sliced } = await open(shared, { residentBytes: 0 });
    expect(Buffer.compare(sliced.frames(2, 3, 4), cache.frames(2, 3, 4))).toBe(0);
    expect(sliced.numbers(2)).toEqual(cache.numbers(2));
    sliced.close();
  });

  it('says which frames there are not', () => {
    expect(() => cache.frames(1, 8, 3)).toThrow('frames 8 to 11 of episode 1, which has 10');
    expect(() => cache.frames(3, 0, 1)).toThrow('no episode 3');
  });
});

describe('splitEpisodes', () => {
  it('parts episodes into two, about a tenth held out, the same for the same seed', () => {
    const { training, heldOut } = splitEpisodes(1000, 7);
    expect([...training, ...heldOut].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    expect(heldOut.length).toBeGreaterThan(70);
    expect(heldOut.length).toBeLessThan(130);
    expect(splitEpisodes(1000, 7)).toEqual({ training, heldOut });
    expect(splitEpisodes(1000, 8).heldOut).not.toEqual(heldOut);
  });

  it('moves no episode when others are added', () => {
    const before = splitEpisodes(500, 7).heldOut;
    expect(splitEpisodes(1000, 7).heldOut.filter((episode) => episode < 500)).toEqual(before);
  });

  it('leaves neither part empty', () => {
    for (let seed = 0; seed < 30; seed++) {
      expect(splitEpisodes(2, seed).heldOut).toHaveLength(1);
      expect(splitEpisodes(3, seed, 0.99).training.length).toBeGreaterThan(0);
    }
    expect(splitEpisodes(1, 0)).toEqual({ training: [0], heldOut: [] });
    expect(splitEpisodes(10, 0, 0).heldOut).toEqual([]);
  });
});

describe('makeWindows', () => {
  it('cuts every window within an episode and none across two', () => {
    expect(makeWindows([{ length: 4 }, { length: 9 }, { length: 3 }], [0, 2], 2)).toEqual([
      { episode: 0, from: 0 },
      { episode: 0, from: 1 },
      { episode: 2, from: 0 },
    ]);
    expect(makeWindows([{ length: 4 }], [0], 4)).toEqual([]);
    expect(() => makeWindows([{ length: 4 }], [0], 0)).toThrow('1 control step or more');
  });
});
