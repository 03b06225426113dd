/** Reads a dataset: its rig, its index, and each episode's rows, plate and frames. */
import { join } from 'node:path';
import { ensure } from '../spec/errors.ts';
import type { Frame } from '../spec/frame.ts';
import { parseRig, type Rig } from '../spec/rig.ts';
import { decodeVideo } from '../video/ffmpeg.ts';
import { readPng } from '../video/png.ts';
import { readEntry, readIndex } from './episode-index.ts';
import { readJson } from './files.ts';
import { paths, readInfo, type DatasetInfo } from './layout.ts';
import { readParquet } from './parquet.ts';
import { parseDataRows, type EpisodeEntry, type EpisodeRows } from './tables.ts';

export interface Dataset {
  readonly dir: string;
  readonly info: DatasetInfo;
  readonly rig: Rig;
  readonly episodes: readonly EpisodeEntry[];
  /** States, actions and truth of one episode, one entry a frame. */
  readRows(episode: number): Promise<EpisodeRows>;
  /** The picture of the empty table. */
  readPlate(episode: number): Promise<Frame>;
  /** The frames in order, at the recorded size. Throws when there are not as many as the index says. */
  readFrames(episode: number): AsyncGenerator<Frame>;
}

/** One episode of a dataset, without the others. */
export interface OneEpisode {
  readonly rig: Rig;
  readonly entry: EpisodeEntry;
  /** As `Dataset` has them. */
  readonly readRows: () => Promise<EpisodeRows>;
  readonly readFrames: () => AsyncGenerator<Frame>;
}

/**
 * Opens a dataset for reading. The index is what counts: info.json may lag behind it by the episode at which a
 * recording was killed.
 *
 * @throws ForesightError naming the file that is missing or wrong
 */
export async function openDataset(dir: string): Promise<Dataset> {
  const { info, rig } = await readDescription(dir);
  const episodes = await readIndex(dir);
  const entry = (episode: number): EpisodeEntry => {
    const found = episodes.at(episode);
    ensure(found !== undefined, `${dir}: no episode ${episode}; it holds ${episodes.length}`);
    return found;
  };
  return {
    dir,
    info,
    rig,
    episodes,
    readRows: async (episode) => rowsOf(dir, info, entry(episode)),
    readPlate: (episode) => readPng(join(dir, paths.plate(episode))),
    readFrames: (episode) => framesOf(dir, rig, entry(episode)),
  };
}

/**
 * Opens one episode. The index has a file an episode, and of those hundreds it reads one.
 *
 * @throws ForesightError naming the file that is missing or wrong
 */
export async function openEpisode(dir: string, episode: number): Promise<OneEpisode> {
  const { info, rig } = await readDescription(dir);
  const entry = await readEntry(dir, episode);
  return {
    rig,
    entry,
    readRows: () => rowsOf(dir, info, entry),
    readFrames: () => framesOf(dir, rig, entry),
  };
}

async function readDescription(dir: string): Promise<{ info: DatasetInfo; rig: Rig }> {
  const info = await readInfo(join(dir, paths.info));
  const rigPath = join(dir, paths.rig);
  return { info, rig: parseRig(await readJson(rigPath), rigPath) };
}

async function rowsOf(dir: string, info: DatasetInfo, { index, length }: EpisodeEntry): Promise<EpisodeRows> {
  const file = join(dir, paths.data(index));
  const rows = await readParquet(file);
  ensure(rows.length === length, `${file}: ${rows.length} rows, the index says ${length}`, verify(dir));
  return parseDataRows(rows, info.features, file);
}

async function* framesOf(dir: string, rig: Rig, { index, length }: EpisodeEntry): AsyncGenerator<Frame> {
  const file = join(dir, paths.video(index));
  let frames = 0;
  for await (const frame of decodeVideo(file, rig.frame)) {
    frames++;
    yield frame;
  }
  ensure(frames === length, `${file}: ${frames} frames, the index says ${length}`, verify(dir));
}

function verify(dir: string): string {
  return `foresight dataset verify ${dir}`;
}
