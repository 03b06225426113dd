import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { leaveOut } from '../../src/dataset/left-out.ts';
import { splitEpisodes } from '../../src/dataset/splits.ts';
import { DatasetWriter } from '../../src/dataset/writer.ts';
import { openPlay, HELD_OUT_SEED, type OpenPlay, type PlayChoice } from '../../src/training/open-play.ts';
import { rescaleProjection } from '../../src/spec/projection.ts';
import { heldOutBatches, playBatches } from '../../src/training/play-batches.ts';
import { SIZE, syntheticEpisode, syntheticRig } from '../dataset/synthetic.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const EPISODES = 12;
/** Control steps an episode: at 2 a second, 10 of them are a twelfth of a minute. */
const STEPS = 10;
const options = { frame: SIZE, heldOut: 0.25 };
const whole = splitEpisodes(EPISODES, HELD_OUT_SEED, options.heldOut);

/** The plain play, and two more episodes of another recording. */
let folder: string;
let data: string;
let extra: string;

async function record(dir: string, first: number, count: number): Promise<void> {
  const writer = await DatasetWriter.open(dir, syntheticRig, { truth: true });
  for (let i = 0; i < count; i++) {
    await writer.addEpisode(syntheticEpisode(first + i, STEPS), { policy: 'test' });
  }
  await writer.close();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foresight-open-play-'));
  [data, extra] = ['play', 'more'].map((name) => join(folder, name));
  await record(data, 0, EPISODES);
  await record(extra, 100, 2);
  return () => rm(folder, { recursive: true });
});

async function withPlay<T>(choice: PlayChoice, look: (play: OpenPlay) => T | Promise<T>): Promise<T> {
  const play = await openPlay(choice, options);
  try {
    return await look(play);
  } finally {
    play.close();
  }
}

describe('the play that is chosen', () => {
  it('is all of a dataset but what is held out', async () => {
    await withPlay({ data }, ({ split, data: said }) => {
      expect(split).toEqual(whole);
      expect(said).toEqual({ dataset: data, episodes: EPISODES, minutes: 1 });
    });
  });

  it('is the first episodes, in order; what is held out is the same for every number of minutes', async () => {
    for (const [playMinutes, count] of [
      [5 / 12, 5],
      [0.75, 9],
      [1, 12],
    ]) {
      await withPlay({ data, playMinutes }, ({ split, data: said }) => {
        expect(split.training).toEqual(whole.training.filter((episode) => episode < count));
        expect(split.heldOut).toEqual(whole.heldOut);
        expect(said).toMatchObject({ episodes: count, playMinutes, heldOutOf: EPISODES });
      });
    }
  });

  it('is measured on the same windows whatever is trained on', async () => {
    const measured = ({ frames, split }: OpenPlay): unknown => {
      const last = heldOutBatches(frames, { batch: 4, split, horizon: 3 }).at(-1);
      return last && { ...last, values: last.values() };
    };
    const all = await withPlay({ data }, measured);
    expect(all).toBeDefined();
    expect(await withPlay({ data, playMinutes: 5 / 12, extra: [extra] }, measured)).toEqual(all);
  });

  it('has every episode of the datasets besides, numbered on', async () => {
    await withPlay({ data, playMinutes: 5 / 12, extra: [extra] }, ({ frames, split, data: said }) => {
      const plain = whole.training.filter((episode) => episode < 5);
      expect(split.training).toEqual([...plain, EPISODES, EPISODES + 1]);
      expect(said).toMatchObject({ episodes: 7, minutes: 0.6, extra: [extra] });
      syntheticEpisode(101, STEPS).moments.forEach(({ action }, t) => {
        const row = frames.numbers(EPISODES + 1).actions.subarray(3 * t, 3 * t + 3);
        action?.forEach((value, d) => expect(row[d]).toBeCloseTo(value, 6));
      });
      expect(frames.frames(EPISODES + 1, 2, 3)).toHaveLength(3 * SIZE.height * SIZE.width * 4);
      expect(() => frames.plate(EPISODES + 2)).toThrow('no episode 14');
    });
  });

  it('has no episode that is left out, in training or held out', async () => {
    const marked = join(folder, 'marked');
    await record(marked, 0, EPISODES);
    const [trained, held] = [whole.training[0], whole.heldOut[0]];
    await leaveOut(marked, [trained, held], true);
    await withPlay({ data: marked, extra: [extra] }, ({ split, data: said }) => {
      expect(split.training).toEqual([...whole.training.slice(1), EPISODES, EPISODES + 1]);
      expect(split.heldOut).toEqual(whole.heldOut.slice(1));
      expect(said).toMatchObject({ leftOut: 2 });
    });
  });

  it('is refused when all of it is held out, or was recorded with another rig', async () => {
    const most = { ...options, heldOut: 0.7 };
    expect(splitEpisodes(EPISODES, HELD_OUT_SEED, most.heldOut).heldOut).toContain(0);
    const onlyHeldOut = openPlay({ data, playMinutes: 1 / 12 }, most);
    await expect(onlyHeldOut).rejects.toThrow('every episode of its first');

    const other = await temporaryFolder();
    const rig = { ...syntheticRig, name: 'other' };
    const writer = await DatasetWriter.open(other, rig, { truth: true });
    await writer.addEpisode(syntheticEpisode(0, STEPS), { policy: 'test' });
    await writer.close();
    await expect(openPlay({ data, extra: [other] }, options)).rejects.toThrow(
      "the rig 'other' cannot be joined",
    );
  });

  it('is held out all the same where it has no truth, as on a real table', async () => {
    const real = await temporaryFolder();
    const writer = await DatasetWriter.open(real, syntheticRig, { truth: false });
    for (let i = 0; i < EPISODES; i++) {
      await writer.addEpisode(syntheticEpisode(i, STEPS, false), { policy: 'test' });
    }
    await writer.close();
    await withPlay({ data: real }, ({ frames, split }) => {
      const batches = heldOutBatches(frames, { batch: 4, split, horizon: 3 });
      expect(batches.length).toBeGreaterThan(10);
      for (const { pixels } of batches) expect(pixels).toEqual([[], [], [], []]);
    });
  });

  it('may be of several rigs where that is asked for, each through its own camera', async () => {
    const [moved, slow] = [await temporaryFolder(), await temporaryFolder()];
    const matrix = syntheticRig.projection.matrix.map((m, i) => (i === 3 ? m + 0.1 : m));
    const rigs = [
      [moved, { ...syntheticRig, name: 'moved', projection: { ...syntheticRig.projection, matrix } }],
      [slow, { ...syntheticRig, name: 'slow', controlHz: 1 }],
    ] as const;
    for (const [dir, rig] of rigs) {
      const writer = await DatasetWriter.open(dir, rig, { truth: true });
      await writer.addEpisode(syntheticEpisode(0, STEPS), { policy: 'test' });
      await writer.close();
    }
    await expect(openPlay({ data, extra: [moved] }, options)).rejects.toMatchObject({
      next: expect.stringContaining('--mix-rigs') as string,
    });
    await withPlay({ data, extra: [moved], mixRigs: true }, async ({ frames, split, data: said }) => {
      expect(said).toMatchObject({ rigs: [syntheticRig.name, 'moved'] });
      expect(frames.projection(EPISODES).matrix).toEqual(matrix);
      // A batch of the other rig's only episode: every window's camera is that rig's.
      const training = [EPISODES];
      const source = playBatches(frames, { batch: 2, split: { ...split, training }, seed: 1 });
      const small = rescaleProjection({ size: syntheticRig.projection.size, matrix }, SIZE).matrix;
      expect((await source.next(2)).camera.data).toEqual(Float32Array.from([...small, ...small]));
    });
    // What an action means cannot be mixed.
    await expect(openPlay({ data, extra: [slow], mixRigs: true }, options)).rejects.toThrow(
      'their actions differ',
    );
  });

  it('is an error with the next command where there is none', async () => {
    const missing = join(folder, 'missing');
    await expect(openPlay({ data: missing }, options)).rejects.toMatchObject({
      message: `no dataset at ${missing}`,
      next: expect.stringContaining('collect') as string,
    });
  });
});
