import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  Batcher,
  BatchSampler,
  CHANNEL_ORDERS,
  type Batch,
  type ChannelOrder,
} from '../../src/dataset/batches.ts';
import { FrameCache } from '../../src/dataset/cache.ts';
import { openDataset } from '../../src/dataset/reader.ts';
import { makeWindows } from '../../src/dataset/windows.ts';
import { writeSynthetic } from './synthetic.ts';

const SIZE = { height: 12, width: 16 } as const;
const PIXELS = SIZE.height * SIZE.width;
const STEPS = 4;

let cache: FrameCache;
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'foresight-batches-'));
  await writeSynthetic(dir, 3, 9);
  cache = await FrameCache.open(await openDataset(dir), SIZE);
  return () => {
    cache.close();
    return rm(dir, { recursive: true });
  };
});

const windows = makeWindows(Array(3).fill({ length: 10 }) as { length: number }[], [0, 1, 2], STEPS);

describe('a batch', () => {
  it('holds frames, masks, tips and the actions between the frames', () => {
    const batch = new Batcher(cache, { batch: 2, steps: STEPS }).fill([
      { episode: 2, from: 5 },
      { episode: 0, from: 1 },
    ]);
    expect(batch.frames).toHaveLength(2 * 5 * PIXELS * 3);
    expect(batch.armMask).toHaveLength(2 * 5 * PIXELS);
    expect(batch.actions).toHaveLength(2 * 4 * 3);
    const cached = cache.frames(0, 1, 5);
    for (const p of [0, 100, 5 * PIXELS - 1]) {
      const at = 5 * PIXELS + p;
      expect(batch.frames[3 * at + 1]).toBe(Math.fround(cached[4 * p + 1] / 255));
      expect(batch.armMask[at]).toBe(Math.fround(cached[4 * p + 3] / 255));
    }
    expect(batch.plate[PIXELS * 3 + 7]).toBe(Math.fround(cache.plate(0)[7] / 255));
    expect(batch.tips.subarray(0, 15)).toEqual(cache.numbers(2).tips.subarray(15, 30));
    expect(batch.actions.subarray(0, 12)).toEqual(cache.numbers(2).actions.subarray(15, 27));
    expect(batch.truth.subarray(60)).toEqual(cache.numbers(0).truth.subarray(12, 72));
  });

  it('has the colour channels of frames and plate in the order asked for, window by window', () => {
    const chosen = [
      { episode: 1, from: 2 },
      { episode: 1, from: 2 },
    ];
    const shape = { batch: 2, steps: STEPS };
    const orders: ChannelOrder[] = [[2, 0, 1], [1, 0, 2]]; // prettier-ignore
    const plain = new Batcher(cache, shape).fill(chosen);
    const ordered = new Batcher(cache, shape).fill(chosen, orders);
    for (const [name, values] of [
      ['frames', ordered.frames],
      ['plate', ordered.plate],
    ] as const) {
      const half = values.length / 2;
      values.forEach((value, i) => {
        const order = orders[Math.floor(i / half)];
        const expected = plain[name][i - (i % 3) + order[i % 3]];
        if (value !== expected) expect.fail(`${name}, value ${i}: ${value}, expected ${expected}`);
      });
    }
    expect(ordered.armMask).toEqual(plain.armMask);
    expect(ordered.tips).toEqual(plain.tips);
  });

  it('is refused when there are more or fewer windows than its shape says', () => {
    const batcher = new Batcher(cache, { batch: 2, steps: STEPS });
    expect(() => batcher.fill([{ episode: 0, from: 0 }])).toThrow('expected 2 windows, got 1');
  });
});

describe('drawn batches', () => {
  /** Everything that a batch says, to be compared after the next one has overwritten it. */
  const copy = ({ frames, plate, tips, windows: drawn }: Batch): unknown => [
    [...frames],
    [...plate],
    [...tips],
    drawn,
  ];
  const draw = (sampler: BatchSampler, count: number): unknown[] =>
    Array.from({ length: count }, () => copy(sampler.next()));

  it('are the same for the same seed, and go on from a saved state', () => {
    const shape = { batch: 3, steps: STEPS };
    const chances = Float64Array.from(windows, (_, i) => 1 + (i % 3));
    const sampler = (state: number): BatchSampler => new BatchSampler(cache, windows, shape, state, chances);
    const six = draw(sampler(11), 6);
    const first = sampler(11);
    expect(draw(first, 2)).toEqual(six.slice(0, 2));
    expect(draw(sampler(first.state()), 4)).toEqual(six.slice(2));
    expect(draw(sampler(12), 6)).not.toEqual(six);
  });

  it('show every window in the long run', () => {
    const sampler = new BatchSampler(cache, windows, { batch: 9, steps: STEPS }, 3);
    const drawn = new Set<string>();
    for (let i = 0; i < 40; i++) sampler.next().windows.forEach((w) => drawn.add(`${w.episode}/${w.from}`));
    expect(drawn.size).toBe(windows.length);
  });

  it('show each window as often as its chance says, and never one without', () => {
    const some = windows.slice(0, 4);
    const chances = [0, 1, 2.5, 0.5];
    const sampler = new BatchSampler(cache, some, { batch: 100, steps: 1 }, 7, Float64Array.from(chances));
    const count = [0, 0, 0, 0];
    const batches = 20;
    for (let i = 0; i < batches; i++) {
      for (const window of sampler.next().windows) count[some.indexOf(window)]++;
    }
    expect(count[0]).toBe(0);
    // Within four standard deviations of 2000 draws.
    chances.forEach((chance, i) => {
      const share = chance / 4;
      const spread = Math.sqrt((share * (1 - share)) / (100 * batches));
      expect(Math.abs(count[i] / (100 * batches) - share)).toBeLessThanOrEqual(4 * spread);
    });
  });

  it('have their colours in all orders, a plate in the same as its frames', () => {
    const sampler = new BatchSampler(cache, windows, { batch: 1, steps: STEPS }, 5);
    const orders = new Map<string, number>();
    for (let i = 0; i < 120; i++) {
      const { frames, plate, windows: drawn } = sampler.next();
      const [{ episode, from }] = drawn;
      const [seen, empty] = [cache.frames(episode, from, STEPS + 1), cache.plate(episode)];
      // The colours of the pictures' last pixels, where no two channels of the empty table are alike.
      const [pixel, colour] = [seen.subarray(-4, -1), empty.subarray(-3)];
      const fits = CHANNEL_ORDERS.filter((order) =>
        order.every(
          (c, k) =>
            frames[frames.length - 3 + k] === Math.fround(pixel[c] / 255) &&
            plate[plate.length - 3 + k] === Math.fround(colour[c] / 255),
        ),
      );
      expect(fits).toHaveLength(1);
      orders.set(String(fits[0]), (orders.get(String(fits[0])) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    expect(Math.min(...orders.values())).toBeGreaterThan(8);
  });

  it('cannot be when no window is long enough', () => {
    expect(() => new BatchSampler(cache, [], { batch: 1, steps: 40 }, 0)).toThrow('no window of 40');
  });
});
