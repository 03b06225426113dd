/** The index of a dataset: which episodes there are, from the files of meta/episodes. */
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ensure } from '../spec/errors.ts';
import { CHUNK_SIZE, paths } from './layout.ts';
import { readParquet } from './parquet.ts';
import { parseEntry, type EpisodeEntry } from './tables.ts';

/** Every file under a dataset's folder, relative to it, with forward slashes; none where there is no folder. */
export async function listFiles(dir: string): Promise<string[]> {
  const there = await stat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!there) return [];
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** The episode that an episode's file belongs to, from its name; null for any other file. */
export function episodeOfFile(file: string): number | null {
  const plate = /^meta\/plates\/episode_(\d{6,})\.png$/.exec(file);
  if (plate) return Number(plate[1]);
  const found = /\/chunk-(\d{3,})\/file-(\d{3})\.(?:parquet|mp4)$/.exec(file);
  if (!found) return null;
  const episode = Number(found[1]) * CHUNK_SIZE + Number(found[2]);
  return [paths.data, paths.video, paths.episode].some((path) => path(episode) === file) ? episode : null;
}

/** An episode's row of the index, checked to be the one that its file's name says. */
export async function readEntry(dir: string, episode: number): Promise<EpisodeEntry> {
  const file = join(dir, paths.episode(episode));
  const rows = await readParquet(file);
  ensure(rows.length === 1, `${file}: expected 1 row, got ${rows.length}`);
  const entry = parseEntry(rows[0], file);
  ensure(
    entry.index === episode,
    `${file}: episode_index: expected ${episode} by its name, got ${entry.index}`,
  );
  return entry;
}

/** The numbers of the episodes that have a row in the index, in order. */
export function indexedEpisodes(files: readonly string[]): number[] {
  return files
    .filter((file) => file.startsWith('meta/episodes/'))
    .map(episodeOfFile)
    .filter((episode) => episode !== null)
    .sort((a, b) => a - b);
}

/**
 * The whole index, in order.
 *
 * @throws ForesightError where a row is missing, unreadable or does not continue the one before
 */
export async function readIndex(dir: string): Promise<EpisodeEntry[]> {
  const repair = `foresight dataset verify ${dir}`;
  const numbers = indexedEpisodes(await listFiles(join(dir, 'meta/episodes')).then(prefixed));
  const entries: EpisodeEntry[] = [];
  for (const [expected, episode] of numbers.entries()) {
    ensure(episode === expected, `${join(dir, paths.episode(expected))}: missing`, repair);
    const entry = await readEntry(dir, episode);
    const fromRow = entries.at(-1)?.toRow ?? 0;
    ensure(
      entry.fromRow === fromRow && entry.toRow === fromRow + entry.length,
      `${join(dir, paths.episode(episode))}: rows ${entry.fromRow} to ${entry.toRow} do not continue at ${fromRow} with ${entry.length} frames`,
      repair,
    );
    entries.push(entry);
  }
  return entries;
}

function prefixed(files: readonly string[]): string[] {
  return files.map((file) => `meta/episodes/${file}`);
}
