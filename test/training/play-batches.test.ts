import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Values } from '../../src/compute/compute.ts';
import { FrameCache } from '../../src/dataset/cache.ts';
import { openDataset } from '../../src/dataset/reader.ts';
import { splitEpisodes } from '../../src/dataset/splits.ts';
import { makeWindows, type Window } from '../../src/dataset/windows.ts';
import { DatasetWriter } from '../../src/dataset/writer.ts';
import { pixelDistance } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';
import { movingSteps } from '../../src/training/motion.ts';
import { WARM_UP_STEPS } from '../../src/training/objective.ts';
import { heldOutBatches, playBatches } from '../../src/training/play-batches.ts';
import { batchSpecs } from '../../src/training/training-step.ts';
import { SIZE, syntheticEpisode, syntheticRig } from '../dataset/synthetic.ts';

const EPISODES = 6;
const STEPS = 9;
const split = splitEpisodes(EPISODES, 5, 0.34);
const options = { batch: 4, split, seed: 5 };

let cache: FrameCache;
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'foresight-play-batches-'));
  const writer = await DatasetWriter.open(dir, syntheticRig, { truth: true });
  for (let i = 0; i < EPISODES; i++) {
    const episode = syntheticEpisode(i, STEPS);
    // In every second episode the square jumps by three pixels or more at each step, in the others it rests.
    const moments = episode.moments.map((moment, t) => {
      const { frame } = episode.moments[i % 2 === 0 ? (3 * t) % (STEPS + 1) : 0];
      return { ...moment, frame };
    });
    await writer.addEpisode({ ...episode, moments }, { policy: 'test' });
  }
  await writer.close();
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

  it('say how many control steps they are drawn from', () => {
    expect(playBatches(cache, options).controlSteps).toBe(split.training.length * STEPS);
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

  it('are to be seen in a mirror in their first half; nothing else of them is turned over', async () => {
    const batch = await playBatches(cache, options).next(2);
    expect([...batch.mirror.data]).toEqual([-1, -1, 1, 1]);
    const { matrix } = syntheticRig.projection;
    batch.camera.data.forEach((m, i) => expect(m).toBeCloseTo(matrix[i % 12], 5));
    const moments = WARM_UP_STEPS + 3;
    const pixels = moments * SIZE.height * SIZE.width;
    windowsOf(batch).forEach(({ episode, from }, b) => {
      const covered = batch.armMask.data.subarray(b * pixels, (b + 1) * pixels);
      const original = cache.frames(episode, from, moments);
      covered.forEach((value, p) => {
        if (Math.abs(255 * value - original[4 * p + 3]) > 1e-3) expect.fail(`window ${b}, pixel ${p}`);
      });
      const { tips } = cache.numbers(episode);
      const at = 3 * moments;
      expect(batch.tips.data.subarray(b * at, (b + 1) * at)).toEqual(tips.subarray(3 * from, 3 * from + at));
    });
  });

  it('have their colour channels in any order, for frames and plate alike', async () => {
    const source = playBatches(cache, options);
    const orders = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { plate, frames } = await source.next(1);
      for (let b = 0; b < 4; b++) {
        // The empty table's last pixel has the colour (186, 150, 172); nothing ever covers it.
        const last = (data: ArrayLike<number>): number[] =>
          [3, 2, 1].map((k) => Math.round(255 * data[((b + 1) * data.length) / 4 - k]));
        const channels = last(plate.data);
        expect([...channels].sort((x, y) => x - y)).toEqual([150, 172, 186]);
        last(frames.data).forEach((value, c) => expect(Math.abs(value - channels[c])).toBeLessThan(10));
        orders.add(String(channels));
      }
    }
    expect(orders.size).toBe(6);
  });

  it('show windows in which something moves more often than others', async () => {
    const windows = makeWindows(cache.episodes, split.training, WARM_UP_STEPS + 1);
    const moves = ({ episode, from }: Window): boolean =>
      movingSteps(cache, episode)[from + WARM_UP_STEPS] === 1;
    const moving = windows.filter(moves).length;
    const still = windows.length - moving;
    expect(Math.min(moving, still)).toBeGreaterThan(2);
    const source = playBatches(cache, options);
    let [drawn, moved] = [0, 0];
    for (let i = 0; i < 100; i++) {
      for (const window of windowsOf(await source.next(1))) {
        drawn++;
        if (moves(window)) moved++;
      }
    }
    const expected = (1.3 * moving) / (1.3 * moving + 0.3 * still);
    expect(Math.abs(moved / drawn - expected)).toBeLessThan(0.08);
    expect(expected).toBeGreaterThan(moving / windows.length + 0.1);
  });
});

describe('held-out batches', () => {
  const horizon = 5;

  it('show only held-out episodes, as they were seen, always the same, and filled when they are asked for', () => {
    const batches = heldOutBatches(cache, { ...options, horizon });
    expect(batches.length).toBeGreaterThan(10);
    const { matrix } = syntheticRig.projection;
    for (const batch of batches) {
      const values = batch.values();
      for (const { episode } of windowsOf(values)) expect(split.heldOut).toContain(episode);
      values.camera.data.forEach((m, i) => expect(m).toBeCloseTo(matrix[i % 12], 5));
      expect([...values.mirror.data]).toEqual([1, 1, 1, 1]);
      const plates = windowsOf(values).flatMap(({ episode }) => [...cache.plate(episode)]);
      expect([...values.plate.data].map((value) => Math.round(255 * value))).toEqual(plates);
    }
    const again = heldOutBatches(cache, { ...options, horizon });
    expect(again.at(-1)?.values()).toEqual(batches.at(-1)?.values());
    again.forEach(({ values, pixels, moved }, i) => {
      // All batches of one kind share their arrays: each is filled anew.
      expect(windowsOf(values())).toEqual(windowsOf(batches[i].values()));
      expect({ pixels, moved }).toEqual({ pixels: batches[i].pixels, moved: batches[i].moved });
    });
  });

  it('are refused when what is held out does not fill one: metrics of nothing were once no numbers', () => {
    const nothing = { ...options, horizon: 2, split: { training: [0, 1], heldOut: [] } };
    expect(() => heldOutBatches(cache, nothing)).toThrow('0 episodes give 0 windows, less than a batch of 4');
  });

  it('follow a point where ground truth sees it, from the end of the warm-up on', () => {
    const [{ values, pixels }] = heldOutBatches(cache, { ...options, horizon });
    windowsOf(values()).forEach(({ from }, b) => {
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
