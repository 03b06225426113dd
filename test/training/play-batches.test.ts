import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Values } from '../../src/compute/compute.ts';
import { FrameCache } from '../../src/dataset/cache.ts';
import { openDataset } from '../../src/dataset/reader.ts';
import { splitEpisodes } from '../../src/dataset/splits.ts';
import { pixelDistance } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';
import { WARM_UP_STEPS } from '../../src/training/objective.ts';
import { heldOutBatches, playBatches } from '../../src/training/play-batches.ts';
import { batchSpecs } from '../../src/training/training-step.ts';
import { SIZE, syntheticRig, writeSynthetic } from '../dataset/synthetic.ts';

const EPISODES = 6;
const STEPS = 9;
const options = { batch: 4, heldOut: 0.34, seed: 5 };
const split = splitEpisodes(EPISODES, options.seed, options.heldOut);

let cache: FrameCache;
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'foresight-play-batches-'));
  await writeSynthetic(dir, EPISODES, STEPS);
  cache = await FrameCache.open(await openDataset(dir), SIZE);
  return () => {
    cache.close();
    return rm(dir, { recursive: true });
  };
});

/** Which window each entry of a batch is: actions are random numbers, so the first one tells. */
function windowsOf(batch: Values): { episode: number; from: number }[] {
  const { data, shape } = batch.actions;
  return Array.from({ length: shape[0] }, (_, b) => {
    const first = data[b * shape[1] * 3];
    for (let episode = 0; episode < EPISODES; episode++) {
      const { actions } = cache.numbers(episode);
      for (let from = 0; from < STEPS; from++) if (actions[3 * from] === first) return { episode, from };
    }
    throw new Error(`no episode has an action ${first}`);
  });
}

const copy = (batch: Values): Values =>
  Object.fromEntries(Object.entries(batch).map(([k, { shape, data }]) => [k, { shape, data: data.slice() }]));

describe('training batches', () => {
  it('are of the shapes that a training step takes', async () => {
    for (const horizon of [1, 3]) {
      const batch = await playBatches(cache, options).next(horizon);
      const specs = Object.entries(batchSpecs(SIZE, 4, horizon));
      expect(Object.keys(batch).toSorted()).toEqual(specs.map(([name]) => name).toSorted());
      for (const [name, { shape }] of specs) expect(batch[name].shape).toEqual(shape);
    }
  });

  it('show every training episode and never one that is held out', async () => {
    expect(split.heldOut.length).toBeGreaterThan(0);
    const source = playBatches(cache, options);
    const seen = new Set<number>();
    for (let i = 0; i < 60; i++) {
      for (const { episode } of windowsOf(await source.next(1 + (i % 4)))) seen.add(episode);
    }
    expect([...seen].toSorted()).toEqual([...split.training]);
  });

  it('resume from a saved state, and follow from the seed', async () => {
    const source = playBatches(cache, options);
    await source.next(2);
    await source.next(3);
    const state = source.state();
    const expected = [copy(await source.next(3)), copy(await source.next(1))];
    const resumed = playBatches(cache, options);
    resumed.restore(state);
    expect([copy(await resumed.next(3)), copy(await resumed.next(1))]).toEqual(expected);
    const other = playBatches(cache, { ...options, seed: 6 });
    expect(other.state()).not.toBe(playBatches(cache, options).state());
    expect(playBatches(cache, options).state()).toBe(playBatches(cache, options).state());
  });

  it('are mirrored in their first half, pictures and camera together', async () => {
    const batch = await playBatches(cache, options).next(2);
    const { height, width } = SIZE;
    const frames = (WARM_UP_STEPS + 3) * height * width;
    windowsOf(batch).forEach(({ episode, from }, b) => {
      const mirrored = b < 2;
      const original = cache.frames(episode, from, WARM_UP_STEPS + 3);
      for (let p = 0; p < frames; p++) {
        const col = p % width;
        const q = mirrored ? p - col + (width - 1 - col) : p;
        const [red, covered] = [batch.frames.data[3 * (b * frames + p)], batch.armMask.data[b * frames + p]];
        if (
          Math.abs(255 * red - original[4 * q]) > 1e-3 ||
          Math.abs(255 * covered - original[4 * q + 3]) > 1e-3
        )
          expect.fail(`window ${b}, pixel ${p}`);
      }
      const camera = { size: SIZE, matrix: [...batch.camera.data.subarray(12 * b, 12 * b + 12)] };
      const seen = project(camera, [0.05, 0.02, 0.01]);
      const plain = project(syntheticRig.projection, [0.05, 0.02, 0.01]);
      expect(seen.row).toBeCloseTo(plain.row, 4);
      expect(seen.col).toBeCloseTo(mirrored ? width - 1 - plain.col : plain.col, 4);
      // Positions and actions stay in metres.
      const { tips } = cache.numbers(episode);
      const at = 3 * (WARM_UP_STEPS + 3);
      expect(batch.tips.data.subarray(b * at, (b + 1) * at)).toEqual(tips.subarray(3 * from, 3 * from + at));
    });
  });
});

describe('held-out batches', () => {
  const horizon = 5;

  it('show only held-out episodes, not mirrored, the same for the same seed', () => {
    const batches = heldOutBatches(cache, { ...options, horizon });
    expect(batches.length).toBeGreaterThan(10);
    const { matrix } = syntheticRig.projection;
    for (const { values } of batches) {
      for (const { episode } of windowsOf(values)) expect(split.heldOut).toContain(episode);
      values.camera.data.forEach((m, i) => expect(m).toBeCloseTo(matrix[i % 12], 5));
    }
    expect(heldOutBatches(cache, { ...options, horizon }).at(-1)).toEqual(batches.at(-1));
  });

  it('follow a point where ground truth sees it, from the end of the warm-up on', () => {
    const [{ values, pixels }] = heldOutBatches(cache, { ...options, horizon });
    windowsOf(values).forEach(({ from }, b) => {
      expect(pixels[b]).toHaveLength(horizon + 1);
      // Object `o` of a synthetic episode is at 0.01 * (t + 3 o), and on, in x, y and z.
      const candidates = [0, 1].map((object) => {
        const t = from + WARM_UP_STEPS + 3 * object;
        return project(syntheticRig.projection, [0.01 * t, 0.01 * (t + 1), 0.01 * (t + 2)]);
      });
      const nearest = Math.min(...candidates.map((pixel) => pixelDistance(pixel, pixels[b][0])));
      expect(nearest).toBeLessThan(1e-3);
    });
  });
});
