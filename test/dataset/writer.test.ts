import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listFiles } from '../../src/dataset/episode-index.ts';
import { openDataset } from '../../src/dataset/reader.ts';
import { verifyDataset } from '../../src/dataset/verify.ts';
import { DatasetWriter } from '../../src/dataset/writer.ts';
import type { Frame } from '../../src/spec/frame.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { syntheticEpisode, syntheticRig, writeSynthetic } from './synthetic.ts';

describe('a dataset', () => {
  it('gives back what was written', async () => {
    const dir = await temporaryFolder();
    await writeSynthetic(dir, 3, 10);
    const dataset = await openDataset(dir);
    expect(dataset.rig).toEqual(syntheticRig);
    expect(dataset.episodes.map(({ statistics: _, ...entry }) => entry)).toEqual(
      [0, 1, 2].map((index) => ({
        index,
        length: 11,
        fromRow: 11 * index,
        toRow: 11 * index + 11,
        task: 'play',
        seed: index,
        policy: 'test',
      })),
    );
    const written = syntheticEpisode(1, 10);
    const rows = await dataset.readRows(1);
    const single = (numbers: readonly number[]): number[] => Array.from(Float32Array.from(numbers));
    expect(rows.states).toEqual(written.moments.map(({ arm }) => single([...arm.jointsRad, ...arm.tip])));
    expect(rows.actions).toEqual(written.moments.map(({ action }) => single(action ?? [0, 0, 0])));
    expect(rows.truth).toEqual(written.moments.map(({ truth }) => Array.from(truth ?? [])));
    expect(await dataset.readPlate(1)).toEqual(written.plate);
    const frames: Frame[] = [];
    for await (const frame of dataset.readFrames(1)) frames.push(frame);
    expect(frames).toHaveLength(11);
    frames.forEach((frame, t) => {
      const error = frame.data.reduce((sum, v, i) => sum + Math.abs(v - written.moments[t].frame.data[i]), 0);
      expect(error / frame.data.length).toBeLessThan(4);
    });
  });

  it('keeps no truth where the rig has none', async () => {
    const dir = await temporaryFolder();
    const writer = await DatasetWriter.open(dir, syntheticRig, { truth: false });
    await writer.addEpisode(syntheticEpisode(0, 4, false), { policy: 'test' });
    await writer.close();
    const dataset = await openDataset(dir);
    expect(dataset.info.features).not.toHaveProperty('simulator.object_points');
    expect((await dataset.readRows(0)).truth).toBeNull();
    expect((await verifyDataset(dir)).problems).toEqual([]);
  });

  it('can be carried on, and comes out the same as in one go', async () => {
    const [once, twice] = [await temporaryFolder(), await temporaryFolder()];
    await writeSynthetic(once, 4, 6);
    await writeSynthetic(twice, 2, 6);
    await writeSynthetic(twice, 4, 6);
    expect(await listFiles(twice)).toEqual(await listFiles(once));
    const [a, b] = await Promise.all(
      [once, twice].map(
        async (dir) => JSON.parse(await readFile(join(dir, 'meta/stats.json'), 'utf8')) as object,
      ),
    );
    expect(b).toEqual(a);
  });

  it('refuses episodes that are not its own kind, and stays whole', async () => {
    const dir = await temporaryFolder();
    const writer = await DatasetWriter.open(dir, syntheticRig, { truth: true });
    const good = syntheticEpisode(0, 4);
    const small = { ...good, plate: { height: 1, width: 1, data: new Uint8Array(3) } };
    await expect(writer.addEpisode(small, { policy: 'test' })).rejects.toThrow(
      "rig's frames are 32x24, got 1x1",
    );
    const noTruth = syntheticEpisode(0, 4, false);
    await expect(writer.addEpisode(noTruth, { policy: 'test' })).rejects.toThrow(
      'simulator.object_points at moment 0: expected 12 numbers',
    );
    await writer.addEpisode(good, { policy: 'test' });
    await writer.close();
    expect((await verifyDataset(dir)).problems).toEqual([]);
  });

  it('belongs to one rig, and not to a folder of other things', async () => {
    const dir = await temporaryFolder();
    await writeSynthetic(dir, 1, 4);
    const other = { ...syntheticRig, controlHz: 5 };
    await expect(DatasetWriter.open(dir, other, { truth: true })).rejects.toThrow('another rig');
    await expect(DatasetWriter.open(dir, syntheticRig, { truth: false })).rejects.toThrow('with the truth');
    await expect(DatasetWriter.open(dir, syntheticRig, { truth: true, resume: false })).rejects.toThrow(
      'already holds',
    );
    const strange = await temporaryFolder();
    await writeFile(join(strange, 'thesis.txt'), 'years of work');
    await expect(DatasetWriter.open(strange, syntheticRig, { truth: true })).rejects.toThrow('thesis.txt');
    expect(await listFiles(strange)).toEqual(['thesis.txt']);
  });

  it('has one writer at a time, and takes the lock over from a dead one', async () => {
    const dir = await temporaryFolder();
    const writer = await DatasetWriter.open(dir, syntheticRig, { truth: true });
    await expect(DatasetWriter.open(dir, syntheticRig, { truth: true })).rejects.toThrow(
      `written by process ${process.pid}`,
    );
    await writer.close();
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.once('exit', resolve));
    const dead = { pid: child.pid, host: hostname(), since: 'yesterday' };
    await writeFile(join(dir, 'meta/writer.lock'), JSON.stringify(dead));
    await (await DatasetWriter.open(dir, syntheticRig, { truth: true })).close();
    expect(await listFiles(dir)).not.toContain('meta/writer.lock');
  });

  it.each([0, 15, 40])(
    'loses at most the episode under way when its writer is killed (%i ms into one)',
    async (delayMs) => {
      const dir = await temporaryFolder();
      const safe = await writeUntilKilled(dir, 3, delayMs);
      const writer = await DatasetWriter.open(dir, syntheticRig, { truth: true });
      const kept = writer.episodes.length;
      expect(kept).toBeGreaterThanOrEqual(safe);
      await writer.addEpisode(syntheticEpisode(kept, 10), { policy: 'test' });
      await writer.close();
      const result = await verifyDataset(dir);
      expect(result.problems).toEqual([]);
      expect(result.episodes).toBe(kept + 1);
      expect((await listFiles(dir)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
    },
  );
});

/** Lets a child process write, kills it `delayMs` after it reported `count` episodes; returns how many it reported. */
async function writeUntilKilled(dir: string, count: number, delayMs: number): Promise<number> {
  const script = fileURLToPath(new URL('endless-writer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let written = 0;
  const exited = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_, signal) => {
      resolve(signal);
    }),
  );
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    written += chunk.toString().split('\n').length - 1;
    if (written < count || child.killed) continue;
    await sleep(delayMs);
    child.kill('SIGKILL');
  }
  expect(await exited).toBe('SIGKILL');
  return written;
}
