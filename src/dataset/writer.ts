/**
 * Writes a dataset as it is recorded. An episode's files are written first and its row of the index last, each
 * under a temporary name that is then renamed: killed at any moment, a recording loses the episode under way
 * and nothing else, and the next one carries on.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensure, ForesightError } from '../spec/errors.ts';
import { validateEpisode, type Episode } from '../spec/episode.ts';
import { sameSize } from '../spec/frame.ts';
import { isSameRig, parseRig, type Rig } from '../spec/rig.ts';
import { encodeVideo } from '../video/ffmpeg.ts';
import { writePng } from '../video/png.ts';
import { datasetCard } from './card.ts';
import { episodeOfFile, listFiles, readIndex } from './episode-index.ts';
import { replaceFileWith, TEMPORARY } from '../files/atomic.ts';
import { readJson, writeJson } from './files.ts';
import { makeFeatures, makeInfo, paths, readInfo, VIDEO, type Feature } from './layout.ts';
import { takeLock } from './lock.ts';
import { controlSteps } from './splits.ts';
import { writeParquet, type Column } from './parquet.ts';
import {
  combineStatistics,
  imageStatistics,
  vectorStatistics,
  type FeatureStatistics,
} from './statistics.ts';
import {
  dataColumns,
  entryColumns,
  episodeRows,
  huggingfaceMetadata,
  type EpisodeEntry,
  type EpisodeRows,
} from './tables.ts';

export interface WriterOptions {
  /** Whether moments carry the truth about objects (a simulated rig). */
  readonly truth: boolean;
  /** Carry on with a dataset that is there (default), or insist on a new one. */
  readonly resume?: boolean;
}

/** An episode whose video and plate already lie in their places. */
export interface PlacedEpisode {
  readonly rows: EpisodeRows;
  readonly imageStatistics: FeatureStatistics;
  readonly task: string;
  readonly seed: number;
  readonly policy: string;
}

export class DatasetWriter {
  readonly dir: string;
  readonly rig: Rig;
  readonly #truth: boolean;
  readonly #features: Readonly<Record<string, Feature>>;
  readonly #entries: EpisodeEntry[];
  readonly #tasks: string[];
  #statistics: Record<string, FeatureStatistics> = {};
  readonly #giveLockBack: () => Promise<void>;

  private constructor(
    dir: string,
    rig: Rig,
    truth: boolean,
    entries: EpisodeEntry[],
    giveLockBack: () => Promise<void>,
  ) {
    this.dir = dir;
    this.rig = rig;
    this.#truth = truth;
    this.#features = makeFeatures(rig, truth);
    this.#entries = entries;
    this.#tasks = [...new Set(entries.map((entry) => entry.task))];
    this.#giveLockBack = giveLockBack;
    if (entries.length > 0) this.#statistics = combineAll(entries.map((entry) => entry.statistics));
  }

  /**
   * Opens `dir` for writing; makes it when it is not there. What a killed writer left half done is removed.
   *
   * @throws ForesightError when another process writes it, when it is something else than a dataset, or when it
   *   was recorded with another rig
   */
  static async open(dir: string, rig: Rig, options: WriterOptions): Promise<DatasetWriter> {
    const files = await listFiles(dir);
    const exists = files.includes(paths.info);
    if (!exists) ensureEmpty(dir, files);
    ensure(
      !exists || options.resume !== false,
      `${dir} already holds a dataset`,
      `name another folder, or let it resume`,
    );
    const giveLockBack = await takeLock(join(dir, paths.lock));
    try {
      if (exists) await ensureSameRecording(dir, rig, options.truth);
      const entries = await readIndex(dir);
      await removeLeftovers(dir, entries.length);
      const writer = new DatasetWriter(dir, rig, options.truth, entries, giveLockBack);
      // A dataset that goes on keeps its own: the same rig, perhaps plugged in elsewhere by now.
      if (!exists) await writeJson(join(dir, paths.rig), rig);
      await replaceFileWith(join(dir, paths.card), datasetCard(rig, options.truth));
      if (writer.#tasks.length > 0) await writer.#writeTasks();
      await writer.#writeSummary();
      return writer;
    } catch (error) {
      await giveLockBack();
      throw error;
    }
  }

  /** The episodes written so far. */
  get episodes(): readonly EpisodeEntry[] {
    return this.#entries;
  }

  /** Control steps written so far. */
  get steps(): number {
    return controlSteps(this.#entries);
  }

  /** Appends one episode; when it returns the episode is safe. Not to be called again before that. */
  async addEpisode(episode: Episode, options: { policy: string }): Promise<EpisodeEntry> {
    validateEpisode(episode);
    const frames = episode.moments.map((moment) => moment.frame);
    for (const frame of [...frames, episode.plate]) {
      ensure(
        sameSize(frame, this.rig.frame),
        `episode: the rig's frames are ${this.rig.frame.width}x${this.rig.frame.height}, got ${frame.width}x${frame.height}`,
      );
    }
    const index = this.#entries.length;
    await Promise.all([
      encodeVideo(frames, join(this.dir, paths.video(index)), { fps: this.rig.controlHz }),
      writePng(episode.plate, join(this.dir, paths.plate(index))),
    ]);
    return this.addPlaced({
      rows: episodeRows(episode, this.#truth),
      imageStatistics: imageStatistics(frames),
      task: episode.task,
      seed: episode.seed,
      policy: options.policy,
    });
  }

  /** Appends the tables of an episode whose video and plate are already where the next episode's belong. */
  async addPlaced(episode: PlacedEpisode): Promise<EpisodeEntry> {
    const index = this.#entries.length;
    const fromRow = this.#entries.at(-1)?.toRow ?? 0;
    const length = episode.rows.states.length;
    const taskIndex = await this.#taskIndex(episode.task);
    const columns = dataColumns(episode.rows, {
      episode: index,
      fromRow,
      taskIndex,
      fps: this.rig.controlHz,
    });
    this.#checkWidths(columns);
    const entry: EpisodeEntry = {
      index,
      length,
      fromRow,
      toRow: fromRow + length,
      task: episode.task,
      seed: episode.seed,
      policy: episode.policy,
      statistics: { [VIDEO]: episode.imageStatistics, ...columnStatistics(columns) },
    };
    await writeParquet(join(this.dir, paths.data(index)), columns, huggingfaceMetadata(this.#features));
    await writeParquet(join(this.dir, paths.episode(index)), entryColumns(entry, this.rig.controlHz));
    // From here on the episode exists; what follows is made again from the index by the next `open`.
    this.#statistics = index === 0 ? entry.statistics : combineAll([this.#statistics, entry.statistics]);
    this.#entries.push(entry);
    await this.#writeSummary();
    return entry;
  }

  /** Gives the lock back. */
  async close(): Promise<void> {
    await this.#giveLockBack();
  }

  async #taskIndex(task: string): Promise<number> {
    if (!this.#tasks.includes(task)) {
      this.#tasks.push(task);
      await this.#writeTasks();
    }
    return this.#tasks.indexOf(task);
  }

  async #writeTasks(): Promise<void> {
    await writeParquet(
      join(this.dir, paths.tasks),
      [
        { name: 'task_index', type: { of: 'int64', depth: 0 }, values: this.#tasks.map((_, i) => i) },
        { name: 'task', type: { of: 'string', depth: 0 }, values: this.#tasks },
      ],
      { pandas: JSON.stringify(PANDAS_INDEX) },
    );
  }

  /** info.json, stats.json: whole, from the index. */
  async #writeSummary(): Promise<void> {
    const frames = this.#entries.at(-1)?.toRow ?? 0;
    const totals = { episodes: this.#entries.length, frames, tasks: this.#tasks.length };
    const statistics = Object.entries(this.#statistics).map(([name, { count, ...numbers }]) => {
      const shaped = Object.entries(numbers).map(([key, v]): [string, unknown] => [
        key,
        name === VIDEO ? v.map((c) => [[c]]) : v,
      ]);
      return [name, { ...Object.fromEntries(shaped), count: [count] }] as const;
    });
    await writeJson(join(this.dir, paths.stats), Object.fromEntries(statistics));
    await writeJson(join(this.dir, paths.info), makeInfo(this.rig, this.#truth, totals));
  }

  #checkWidths(columns: readonly Column[]): void {
    for (const { name, values } of columns) {
      const expected = this.#features[name].shape[0];
      const wrong = values.findIndex((v) => (Array.isArray(v) ? v.length : 1) !== expected);
      ensure(wrong < 0, `episode: ${name} at moment ${wrong}: expected ${expected} numbers`);
    }
  }
}

/** What pandas needs to take `task` as the table's index, as LeRobot does. */
const PANDAS_INDEX = {
  index_columns: ['task'],
  column_indexes: [
    {
      name: null,
      field_name: null,
      pandas_type: 'unicode',
      numpy_type: 'object',
      metadata: { encoding: 'UTF-8' },
    },
  ],
  columns: [
    {
      name: 'task_index',
      field_name: 'task_index',
      pandas_type: 'int64',
      numpy_type: 'int64',
      metadata: null,
    },
    { name: 'task', field_name: 'task', pandas_type: 'unicode', numpy_type: 'object', metadata: null },
  ],
  creator: { library: 'visual-foresight', version: '0.1.0' },
  pandas_version: '2.2.3',
};

function columnStatistics(columns: readonly Column[]): Record<string, FeatureStatistics> {
  return Object.fromEntries(
    columns.map(({ name, values }) => {
      const rows = values.map((v) => (Array.isArray(v) ? (v as number[]) : [v as number]));
      return [name, vectorStatistics(rows)];
    }),
  );
}

function combineAll(
  parts: readonly Readonly<Record<string, FeatureStatistics>>[],
): Record<string, FeatureStatistics> {
  const names = Object.keys(parts[0]);
  return Object.fromEntries(names.map((name) => [name, combineStatistics(parts.map((part) => part[name]))]));
}

function ensureEmpty(dir: string, files: readonly string[]): void {
  const ours: readonly string[] = [paths.rig, paths.card, paths.stats, paths.lock];
  const stranger = files.find((file) => !ours.includes(file) && !file.endsWith(TEMPORARY));
  ensure(
    stranger === undefined,
    `${dir} holds ${stranger} but no ${paths.info}: it is not a dataset, or a damaged one`,
    `name an empty folder, or look with: foresight dataset verify ${dir}`,
  );
}

async function ensureSameRecording(dir: string, rig: Rig, truth: boolean): Promise<void> {
  const path = join(dir, paths.rig);
  const recorded = parseRig(await readJson(path), path);
  if (!isSameRig(recorded, parseRig(rig, 'rig'))) {
    throw new ForesightError(`${dir} was recorded with another rig (${recorded.name}) than ${rig.name}`, {
      next: 'record into another folder: one dataset, one rig',
    });
  }
  const info = await readInfo(join(dir, paths.info));
  ensure(
    JSON.stringify(Object.keys(info.features)) === JSON.stringify(Object.keys(makeFeatures(rig, truth))),
    `${dir} was recorded ${truth ? 'without' : 'with'} the truth about objects`,
    'record into another folder',
  );
}

/** Removes temporary files, and the files of an episode that never got its row in the index. */
async function removeLeftovers(dir: string, episodes: number): Promise<void> {
  for (const file of await listFiles(dir)) {
    const episode = episodeOfFile(file);
    if (file.endsWith(TEMPORARY) || (episode !== null && episode >= episodes)) await rm(join(dir, file));
  }
}
