/** Drops the broken episodes of a dataset. The damaged dataset is kept whole beside the repaired one. */
import { copyFile, link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseRig, type Rig } from '../spec/rig.ts';
import { indexedEpisodes, listFiles, readEntry } from './episode-index.ts';
import { readJson } from './files.ts';
import { leaveOut, readLeftOut } from './left-out.ts';
import { makeFeatures, paths, TRUTH, VIDEO } from './layout.ts';
import { takeLock } from './lock.ts';
import { readParquet } from './parquet.ts';
import { parseDataRows, type EpisodeEntry } from './tables.ts';
import { verifyDataset, type Problem } from './verify.ts';
import { DatasetWriter } from './writer.ts';

export interface RepairResult {
  readonly kept: number;
  /** The episodes left out, by their old numbers, and why. */
  readonly dropped: readonly { readonly episode: number; readonly problems: readonly Problem[] }[];
  /** Where the dataset as it was has gone; null when nothing was wrong. */
  readonly asideDir: string | null;
}

/**
 * Makes the dataset in `dir` anew from its whole episodes, renumbered without gaps, and moves the damaged one
 * to `<dir>.damaged-<n>`. Videos and plates are linked, not copied, where the file system can. Killed half way,
 * it leaves the damaged dataset as it was.
 *
 * @throws ForesightError when the rig's description is missing, without which no frame means anything
 */
export async function repairDataset(dir: string): Promise<RepairResult> {
  const { problems } = await verifyDataset(dir);
  if (problems.length === 0) {
    return { kept: indexedEpisodes(await listFiles(dir)).length, dropped: [], asideDir: null };
  }
  const rigPath = join(dir, paths.rig);
  const rig = parseRig(await readJson(rigPath), rigPath);
  const giveLockBack = await takeLock(join(dir, paths.lock));
  const fresh = `${resolve(dir)}.repairing`;
  try {
    await rm(fresh, { recursive: true, force: true });
    const result = await rebuild(dir, fresh, rig, problems);
    await giveLockBack();
    const asideDir = await freeName(`${resolve(dir)}.damaged`);
    await rename(dir, asideDir);
    await rename(fresh, dir);
    return { ...result, asideDir };
  } finally {
    await giveLockBack();
    await rm(fresh, { recursive: true, force: true });
  }
}

async function rebuild(
  dir: string,
  fresh: string,
  rig: Rig,
  problems: readonly Problem[],
): Promise<Omit<RepairResult, 'asideDir'>> {
  const ofEpisode = (episode: number): Problem[] => problems.filter((p) => p.episode === episode);
  const broken = [...new Set(problems.flatMap((p) => p.episode ?? []))].sort((a, b) => a - b);
  const whole = indexedEpisodes(await listFiles(dir)).filter((episode) => !broken.includes(episode));
  const entries = await Promise.all(whole.map((episode) => readEntry(dir, episode)));
  const truth = entries.some((entry) => TRUTH in entry.statistics);
  const writer = await DatasetWriter.open(fresh, rig, { truth, resume: false });
  try {
    for (const entry of entries) await takeOver(dir, entry, truth, writer);
    const leftOut = await readLeftOut(dir).catch(() => new Set<number>());
    const renumbered = [...whole.keys()].filter((to) => leftOut.has(whole[to]));
    if (renumbered.length > 0) await leaveOut(fresh, renumbered, true);
  } finally {
    await writer.close();
  }
  return {
    kept: whole.length,
    dropped: broken.map((episode) => ({ episode, problems: ofEpisode(episode) })),
  };
}

async function takeOver(
  dir: string,
  entry: EpisodeEntry,
  truth: boolean,
  writer: DatasetWriter,
): Promise<void> {
  const file = join(dir, paths.data(entry.index));
  const rows = parseDataRows(await readParquet(file), makeFeatures(writer.rig, truth), file);
  const to = writer.episodes.length;
  await linkFile(join(dir, paths.video(entry.index)), join(writer.dir, paths.video(to)));
  await linkFile(join(dir, paths.plate(entry.index)), join(writer.dir, paths.plate(to)));
  await writer.addPlaced({
    rows,
    imageStatistics: entry.statistics[VIDEO],
    task: entry.task,
    seed: entry.seed,
    policy: entry.policy,
  });
}

/** A second name for the file where the file system has them, a copy elsewhere. */
async function linkFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await link(from, to).catch(() => copyFile(from, to));
}

async function freeName(prefix: string): Promise<string> {
  for (let n = 1; ; n++) {
    const name = `${prefix}-${n}`;
    const taken = await stat(name).then(
      () => true,
      () => false,
    );
    if (!taken) return name;
  }
}
