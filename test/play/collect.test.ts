/** Recording and collecting, with the simulated rig and a real dataset. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paths } from '../../src/dataset/layout.ts';
import { openDataset } from '../../src/dataset/reader.ts';
import { verifyDataset } from '../../src/dataset/verify.ts';
import { DatasetWriter } from '../../src/dataset/writer.ts';
import { collect, type CollectOptions, type CollectResult } from '../../src/play/collect.ts';
import type { Observation } from '../../src/play/policy.ts';
import { recordEpisode } from '../../src/play/record.ts';
import { policies } from '../../src/play/registry.ts';
import type { LiveRig } from '../../src/rig/live-rig.ts';
import { openRig } from '../../src/rig/registry.ts';
import { validateEpisode, type Episode } from '../../src/spec/episode.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let rig: LiveRig;

beforeAll(async () => {
  rig = await openRig('sim');
  await rig.robot.arm();
});

afterAll(() => rig.close());

function play(live: LiveRig, seed: number, steps: number): Promise<Episode> {
  const policy = policies.aimed({ rig: live.rig, random: seededRandom(seed) });
  return recordEpisode(live, policy, { steps, seed });
}

async function collectInto(dir: string, options: Partial<CollectOptions>): Promise<CollectResult> {
  const writer = await DatasetWriter.open(dir, rig.rig, { truth: true });
  try {
    const defaults = { minutes: 1, seed: 5, policy: policies.aimed, episodeSteps: 10 };
    return await collect(rig, writer, { ...defaults, ...options });
  } finally {
    await writer.close();
  }
}

describe('recordEpisode', () => {
  it('keeps the timeline: T + 1 moments, and the action that was sent between each two', async () => {
    const episode = await play(rig, 1, 8);
    validateEpisode(episode);
    expect(episode.moments).toHaveLength(9);
    episode.moments.slice(0, -1).forEach(({ action, arm }, t) => {
      // The tip goes where the sent action says, a few millimetres of the arm's own error apart.
      const next = episode.moments[t + 1].arm;
      action?.forEach((a, d) => {
        expect(Math.abs(next.tip[d] - arm.tip[d] - a * rig.rig.action.scale[d])).toBeLessThan(0.02);
      });
    });
    expect(episode.moments[0].truth).toHaveLength(12);
  });

  it('plays the same episode from the same seed, and without a look at the truth', async () => {
    const first = await play(rig, 2, 6);
    const blind: LiveRig = {
      rig: rig.rig,
      robot: rig.robot,
      camera: rig.camera,
      clock: rig.clock,
      reset: (seed) => rig.reset(seed),
      close: () => rig.close(),
    };
    const again = await play(blind, 2, 6);
    expect(again.moments.map((moment) => moment.action)).toEqual(first.moments.map((m) => m.action));
    expect(again.moments.at(-1)?.frame).toEqual(first.moments.at(-1)?.frame);
    expect(again.moments[0].truth).toBeUndefined();
  });

  it('moves objects in many of the control steps', async () => {
    let moved = 0;
    let steps = 0;
    for (let seed = 10; seed < 16; seed++) {
      const { moments } = await play(rig, seed, 25);
      const points = moments.map((moment) => moment.truth ?? new Float32Array());
      for (let t = 0; t + 1 < points.length; t++, steps++) {
        const shifts = [0, 3, 6, 9].map((i) =>
          Math.hypot(points[t + 1][i] - points[t][i], points[t + 1][i + 1] - points[t][i + 1]),
        );
        if (shifts.some((shiftM) => shiftM > 0.003)) moved++;
      }
    }
    expect(moved / steps).toBeGreaterThan(0.2);
  });

  it('stops between two control steps when asked to', async () => {
    const stop = new AbortController();
    const policy = policies.aimed({ rig: rig.rig, random: seededRandom(0) });
    let acts = 0;
    const counting = {
      ...policy,
      act: (observation: Observation) => {
        if (++acts === 3) stop.abort(new Error('enough'));
        return policy.act(observation);
      },
    };
    const recording = recordEpisode(rig, counting, { steps: 20, seed: 1, signal: stop.signal });
    await expect(recording).rejects.toThrow('enough');
    expect(acts).toBe(3);
  });
});

describe('collect', () => {
  it('records the minutes asked for, tells of its progress, and passes verify', async () => {
    const dir = await temporaryFolder();
    const told: number[] = [];
    const result = await collectInto(dir, { onProgress: (progress) => told.push(progress.episodes) });
    // One minute at 2 control steps a second is 12 episodes of 10.
    expect(result).toMatchObject({ complete: true, episodes: 12, minutes: 1, leftMs: 0 });
    expect(told).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect((await verifyDataset(dir)).problems).toEqual([]);
    const { episodes } = await openDataset(dir);
    expect(new Set(episodes.map((entry) => entry.seed)).size).toBe(12);
    expect(episodes[0].policy).toBe('aimed');
  });

  it('carries on after a stop, to the same recording as without one', async () => {
    const [whole, stopped] = [await temporaryFolder(), await temporaryFolder()];
    await collectInto(whole, { minutes: 0.5 });
    const stop = new AbortController();
    const first = await collectInto(stopped, {
      minutes: 0.5,
      signal: stop.signal,
      onProgress: ({ episodes }) => {
        if (episodes === 2) stop.abort();
      },
    });
    expect(first.complete).toBe(false);
    expect(first.episodes).toBeGreaterThanOrEqual(2);
    expect(first.episodes).toBeLessThan(6);
    const second = await collectInto(stopped, { minutes: 0.5 });
    expect(second).toMatchObject({ complete: true, episodes: 6 });
    for (let episode = 0; episode < 6; episode++) {
      for (const file of [paths.data(episode), paths.video(episode), paths.plate(episode)]) {
        const [a, b] = await Promise.all([whole, stopped].map((dir) => readFile(join(dir, file))));
        expect(Buffer.compare(a, b), file).toBe(0);
      }
    }
  });

  it('does nothing when all is there', async () => {
    const dir = await temporaryFolder();
    await collectInto(dir, { minutes: 0.1, episodeSteps: 12 });
    expect(await collectInto(dir, { minutes: 0.1 })).toMatchObject({ complete: true, episodes: 1 });
  });

  it('says what failed when an episode cannot be written', async () => {
    const full = {
      episodes: [],
      steps: 0,
      addEpisode: () => Promise.reject(new Error('no space left on device')),
    };
    const options = { minutes: 1, seed: 1, policy: policies.wandering, episodeSteps: 2 };
    await expect(collect(rig, full, options)).rejects.toThrow('no space left');
  });
});
