import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Batcher, BatchSampler } from '../../src/dataset/batches.ts';
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

describe('batches', () => {
  const windows = makeWindows(Array(3).fill({ length: 10 }) as { length: number }[], [0, 1, 2], 4);

  it('hold frames, masks, tips and the actions between the frames', () => {
    const batch = new Batcher(cache, { batch: 2, steps: 4 }).fill([
      { episode: 2, from: 5 },
      { episode: 0, from: 1 },
    ]);
    const pixels = 12 * 16;
    expect(batch.frames).toHaveLength(2 * 5 * pixels * 3);
    expect(batch.armMask).toHaveLength(2 * 5 * pixels);
    expect(batch.actions).toHaveLength(2 * 4 * 3);
    const cached = cache.frames(0, 1, 5);
    for (const p of [0, 100, 5 * pixels - 1]) {
      const at = 5 * pixels + p;
      expect(batch.frames[3 * at + 1]).toBe(Math.fround(cached[4 * p + 1] / 255));
      expect(batch.armMask[at]).toBe(Math.fround(cached[4 * p + 3] / 255));
    }
    expect(batch.plate[pixels * 3 + 7]).toBe(Math.fround(cache.plate(0)[7] / 255));
    expect(batch.tips.subarray(0, 15)).toEqual(cache.numbers(2).tips.subarray(15, 30));
    expect(batch.actions.subarray(0, 12)).toEqual(cache.numbers(2).actions.subarray(15, 27));
    expect(batch.truth.subarray(60)).toEqual(cache.numbers(0).truth.subarray(12, 72));
  });

  it('are the same for the same seed, and go on from a saved state', () => {
    const draw = (sampler: BatchSampler, count: number): unknown[] =>
      Array.from({ length: count }, () => {
        const { frames, windows: drawn } = sampler.next();
        return [drawn, frames.reduce((sum, v, i) => sum + v * (i % 7), 0)];
      });
    const shape = { batch: 3, steps: 4 };
    const six = draw(new BatchSampler(cache, windows, shape, 11), 6);
    const sampler = new BatchSampler(cache, windows, shape, 11);
    expect(draw(sampler, 2)).toEqual(six.slice(0, 2));
    expect(draw(new BatchSampler(cache, windows, shape, sampler.state()), 4)).toEqual(six.slice(2));
    expect(draw(new BatchSampler(cache, windows, shape, 12), 6)).not.toEqual(six);
  });

  it('draw every window in the long run', () => {
    const sampler = new BatchSampler(cache, windows, { batch: 9, steps: 4 }, 3);
    const drawn = new Set<string>();
    for (let i = 0; i < 40; i++) sampler.next().windows.forEach((w) => drawn.add(`${w.episode}/${w.from}`));
    expect(drawn.size).toBe(windows.length);
  });

  it('say so when no window is long enough', () => {
    expect(() => new BatchSampler(cache, [], { batch: 1, steps: 40 }, 0)).toThrow('no window of 40');
  });
});
