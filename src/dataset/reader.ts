/** Reads a dataset: its rig, its index, and each episode's rows, plate and frames. */
import { join } from 'node:path';
import { ensure } from '../spec/errors.ts';
import type { Frame } from '../spec/frame.ts';
import { parseRig, type Rig } from '../spec/rig.ts';
import { decodeVideo } from '../video/ffmpeg.ts';
import { readPng } from '../video/png.ts';
import { readIndex } from './episode-index.ts';
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

/**
 * Opens a dataset for reading. The index is what counts: info.json may lag behind it by the episode at which a
 * recording was killed.
 *
 * @throws ForesightError naming the file that is missing or wrong
 */
export async function openDataset(dir: string): Promise<Dataset> {
  const verify = `foresight dataset verify ${dir}`;
  const info = await readInfo(join(dir, paths.info));
  const rigPath = join(dir, paths.rig);
  const rig = parseRig(await readJson(rigPath), rigPath);
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
    async readRows(episode) {
      const file = join(dir, paths.data(episode));
      const rows = await readParquet(file);
      const { length } = entry(episode);
      ensure(rows.length === length, `${file}: ${rows.length} rows, the index says ${length}`, verify);
      return parseDataRows(rows, info.features, file);
    },
    readPlate: (episode) => readPng(join(dir, paths.plate(episode))),
    async *readFrames(episode) {
      const file = join(dir, paths.video(episode));
      const { length } = entry(episode);
      let frames = 0;
      for await (const frame of decodeVideo(file, rig.frame)) {
        frames++;
        yield frame;
      }
      ensure(frames === length, `${file}: ${frames} frames, the index says ${length}`, verify);
    },
  };
}
