/**
 * Checks every file of a dataset against its index. Whatever is broken becomes a line of the answer; nothing is
 * passed over in silence, and nothing broken makes it stop.
 */
import { join } from 'node:path';
import { parseRig, type Rig } from '../spec/rig.ts';
import { episodeOfFile, indexedEpisodes, listFiles, readEntry } from './episode-index.ts';
import { TEMPORARY } from '../files/atomic.ts';
import { readJson } from './files.ts';
import { readLeftOut } from './left-out.ts';
import { makeFeatures, makeInfo, paths, readInfo, TRUTH, VIDEO, type DatasetInfo } from './layout.ts';
import { readParquet } from './parquet.ts';
import { STATISTICS } from './statistics.ts';
import type { EpisodeEntry } from './tables.ts';
import { checkEpisode } from './verify-episode.ts';
import { Checker, type Problem } from './problems.ts';

export type { Problem } from './problems.ts';

export interface VerifyResult {
  readonly dir: string;
  readonly episodes: number;
  readonly frames: number;
  readonly files: number;
  readonly problems: readonly Problem[];
  /** What a recording that was killed left of the episode under way; no problem: the next one removes it. */
  readonly unfinished: readonly Problem[];
}

/** Episodes checked at once: each decodes its video in a process of its own. */
const CONCURRENCY = 2;

/**
 * Checks the dataset in `dir`: every file exists and opens; rows, frames, sizes, timestamps, indices, ranges
 * agree with the index; nothing is there that the index does not know. Never throws for what is on disk.
 */
export async function verifyDataset(
  dir: string,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<VerifyResult> {
  const checker = new Checker(dir);
  const files = (await listFiles(dir)).filter((file) => !file.startsWith('cache/'));
  const info = await checker.check(paths.info, () => readInfo(join(dir, paths.info)));
  const rig = await checker.check(paths.rig, async () => {
    const path = join(dir, paths.rig);
    return parseRig(await readJson(path), path);
  });
  const indexed = indexedEpisodes(files);
  const total = Math.max(info?.total_episodes ?? 0, (indexed.at(-1) ?? -1) + 1);
  if (info && rig) checkFeatures(checker, info, rig);
  const tasks = total === 0 ? new Map<number, string>() : await readTasks(checker);

  // The index first, in order: an episode's place follows from all before it.
  const entries: EpisodeEntry[] = [];
  let nextRow = 0;
  for (let episode = 0; episode < total; episode++) {
    const file = paths.episode(episode);
    const entry = await checker.check(file, () => readEntry(dir, episode), episode);
    if (!entry) continue;
    entries.push(entry);
    const follows = entries.length === episode + 1;
    if (follows && entry.fromRow !== nextRow) {
      checker.add(file, `dataset_from_index is ${entry.fromRow}, the episode before ends at ${nextRow}`);
    }
    if (entry.toRow - entry.fromRow !== entry.length) {
      checker.add(file, `length is ${entry.length}, its rows are ${entry.fromRow} to ${entry.toRow}`);
    }
    nextRow = entry.toRow;
  }
  await checker.check(paths.leftOut, () => readLeftOut(dir));
  checkTotals(checker, info, entries, tasks);
  if (info) await checkStatistics(checker, info, entries);

  if (!rig && entries.length > 0) {
    checker.add(
      paths.rig,
      `without it the ${entries.length} episodes' data, videos and plates cannot be checked`,
    );
  }
  // A broken info.json must not hide broken episodes: what it should say follows from rig and index.
  const truth = entries.some((entry) => TRUTH in entry.statistics);
  const described =
    info ?? (rig && makeInfo(rig, truth, { episodes: total, frames: nextRow, tasks: tasks.size }));
  const queue = [...entries];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      if (described && rig) await checkEpisode(checker, described, rig, tasks, entry);
      onProgress(++done, entries.length);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  checkStrangers(checker, files, total);
  return {
    dir,
    episodes: entries.length,
    frames: nextRow,
    files: files.length,
    problems: checker.sorted(),
    unfinished: checker.unfinished,
  };
}

function checkFeatures(checker: Checker, info: DatasetInfo, rig: Rig): void {
  const expected = makeFeatures(rig, TRUTH in info.features);
  for (const [name, feature] of Object.entries(expected)) {
    const found = info.features[name];
    if (!found) checker.add(paths.info, `features: ${name} is missing`);
    else if (found.dtype !== feature.dtype || found.shape.join() !== feature.shape.join()) {
      const text = ({ dtype, shape }: typeof feature): string => `${dtype} [${shape.join(', ')}]`;
      checker.add(paths.info, `features: ${name} is ${text(found)}, the rig says ${text(feature)}`);
    }
  }
  if (info.fps !== rig.controlHz) {
    checker.add(paths.info, `fps is ${info.fps}, the rig makes ${rig.controlHz} control steps a second`);
  }
}

async function checkStatistics(
  checker: Checker,
  info: DatasetInfo,
  entries: readonly EpisodeEntry[],
): Promise<void> {
  // They are written before info.json: a kill in between leaves them an episode ahead.
  const counts = [info.total_frames, framesOf(entries)];
  const value = await checker.check(paths.stats, () => readJson(join(checker.dir, paths.stats)));
  if (value === undefined || info.total_episodes === 0) return;
  const statistics = (value ?? {}) as Record<string, Record<string, unknown> | undefined>;
  for (const feature of Object.keys(info.features)) {
    const found = statistics[feature];
    if (!found) {
      checker.add(paths.stats, `${feature} is missing`);
      continue;
    }
    for (const name of STATISTICS) {
      const numbers = [found[name]].flat(4);
      const length = feature === VIDEO ? 3 : info.features[feature].shape[0];
      if (numbers.length !== length || !numbers.every(Number.isFinite)) {
        checker.add(paths.stats, `${feature}/${name}: expected ${length} finite numbers`);
      }
    }
    const count = [found['count']].flat()[0];
    if (!counts.includes(count as number)) {
      checker.add(
        paths.stats,
        `${feature}/count is ${String(count)}, the dataset has ${info.total_frames} frames`,
      );
    }
  }
}

async function readTasks(checker: Checker): Promise<Map<number, string>> {
  const rows = await checker.check(paths.tasks, () => readParquet(join(checker.dir, paths.tasks)));
  return new Map((rows ?? []).map((row) => [Number(row['task_index']), String(row['task'])]));
}

function checkTotals(
  checker: Checker,
  info: DatasetInfo | undefined,
  entries: readonly EpisodeEntry[],
  tasks: ReadonlyMap<number, string>,
): void {
  if (!info) return;
  const before = entries.slice(0, -1);
  // Of each what the index has, and what it had before its last episode.
  const totals = [
    ['total_episodes', info.total_episodes, entries.length, before.length],
    ['total_frames', info.total_frames, framesOf(entries), framesOf(before)],
    ['total_tasks', info.total_tasks, tasks.size, tasks.size - 1],
  ] as const;
  for (const [name, said, found, had] of totals) {
    if (said === found) continue;
    if (said === had) checker.addUnfinished(paths.info, `${name} is an episode behind the index`);
    else checker.add(paths.info, `${name} is ${said}, the index has ${found}`);
  }
}

function framesOf(entries: readonly EpisodeEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.length, 0);
}

/** Files that no row of the index speaks for. */
function checkStrangers(checker: Checker, files: readonly string[], total: number): void {
  for (const file of files) {
    const episode = episodeOfFile(file);
    const inStore = /^(?:data|videos|meta)\//.test(file);
    const known = (
      [paths.info, paths.stats, paths.tasks, paths.rig, paths.leftOut, paths.lock] as string[]
    ).includes(file);
    if (file.endsWith(TEMPORARY) || episode === total)
      checker.addUnfinished(file, 'left by a run that was killed; the next recording removes it');
    else if (episode !== null && episode > total) checker.add(file, 'belongs to no episode of the index');
    else if (episode === null && inStore && !known) checker.add(file, 'is no file of a dataset');
  }
}
