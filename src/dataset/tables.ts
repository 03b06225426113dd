/** The rows of a dataset's tables: one moment a row in the data, one episode a row in the index. */
import { ensure } from '../spec/errors.ts';
import type { Episode } from '../spec/episode.ts';
import type { Cell, Column, ColumnType, Row } from './parquet.ts';
import { ACTION, place, STATE, TRUTH, VIDEO, type Feature } from './layout.ts';
import { STATISTICS, type FeatureStatistics } from './statistics.ts';

const FLOATS: ColumnType = { of: 'float', depth: 1 };
const FLOAT: ColumnType = { of: 'float', depth: 0 };
const DOUBLE: ColumnType = { of: 'double', depth: 0 };
const INT: ColumnType = { of: 'int64', depth: 0 };
const TEXT: ColumnType = { of: 'string', depth: 0 };

/** What an episode's data file holds beside the standard columns: one entry a frame. */
export interface EpisodeRows {
  /** Joint angles (rad), then the tip (m). */
  readonly states: readonly (readonly number[])[];
  /** Sent actions, all zeros in the last row. */
  readonly actions: readonly (readonly number[])[];
  /** Object points (m), where the rig knows them. */
  readonly truth: readonly (readonly number[])[] | null;
}

/** An episode's row in the index. */
export interface EpisodeEntry {
  readonly index: number;
  /** Frames, one more than control steps. */
  readonly length: number;
  /** Its rows in the dataset: from, up to but without to. */
  readonly fromRow: number;
  readonly toRow: number;
  readonly task: string;
  readonly seed: number;
  readonly policy: string;
  readonly statistics: Readonly<Record<string, FeatureStatistics>>;
}

/** The rows that an episode becomes. */
export function episodeRows(episode: Episode, truth: boolean): EpisodeRows {
  const noAction = episode.moments[0].action?.map(() => 0) ?? [];
  return {
    states: episode.moments.map(({ arm }) => [...arm.jointsRad, ...arm.tip]),
    actions: episode.moments.map(({ action }) => action ?? noAction),
    truth: truth ? episode.moments.map((moment) => Array.from(moment.truth ?? [])) : null,
  };
}

/** The data file's columns. `timestamp` is frame_index / fps and starts anew with each episode. */
export function dataColumns(
  rows: EpisodeRows,
  at: {
    readonly episode: number;
    readonly fromRow: number;
    readonly taskIndex: number;
    readonly fps: number;
  },
): Column[] {
  const frames = rows.states.map((_, t) => t);
  return [
    { name: STATE, type: FLOATS, values: rows.states },
    { name: ACTION, type: FLOATS, values: rows.actions },
    ...(rows.truth === null ? [] : [{ name: TRUTH, type: FLOATS, values: rows.truth }]),
    { name: 'timestamp', type: FLOAT, values: frames.map((t) => t / at.fps) },
    { name: 'frame_index', type: INT, values: frames },
    { name: 'episode_index', type: INT, values: frames.map(() => at.episode) },
    { name: 'index', type: INT, values: frames.map((t) => at.fromRow + t) },
    { name: 'task_index', type: INT, values: frames.map(() => at.taskIndex) },
  ];
}

/** The `huggingface` entry of a data file, from which the datasets library takes its types. */
export function huggingfaceMetadata(features: Readonly<Record<string, Feature>>): Record<string, string> {
  const described = Object.entries(features)
    .filter(([, feature]) => feature.dtype !== 'video')
    .map(([name, { dtype, shape }]) => {
      const value = { dtype, _type: 'Value' };
      const list = { feature: value, length: shape[0], _type: 'Sequence' };
      return [name, shape[0] === 1 ? value : list] as const;
    });
  return { huggingface: JSON.stringify({ info: { features: Object.fromEntries(described) } }) };
}

/** Reads the vector columns of a data file back; the error names the file, column and row that is wrong. */
export function parseDataRows(
  rows: readonly Row[],
  features: Readonly<Record<string, Feature>>,
  file: string,
): EpisodeRows {
  const vectors = (name: string): number[][] =>
    rows.map((row, t) => {
      const value = row[name];
      const length = features[name].shape[0];
      ensure(
        Array.isArray(value) && value.length === length && value.every((v) => typeof v === 'number'),
        `${file}: ${name} in row ${t}: expected ${length} numbers, got ${JSON.stringify(value) ?? 'nothing'}`,
      );
      return value;
    });
  return {
    states: vectors(STATE),
    actions: vectors(ACTION),
    truth: TRUTH in features ? vectors(TRUTH) : null,
  };
}

/** The columns of an episode's row in the index. */
export function entryColumns(entry: EpisodeEntry, fps: number): Column[] {
  const { chunk, file } = place(entry.index);
  const one = (name: string, type: ColumnType, value: Cell): Column => ({ name, type, values: [value] });
  return [
    one('episode_index', INT, entry.index),
    one('tasks', { of: 'string', depth: 1 }, [entry.task]),
    one('length', INT, entry.length),
    one('data/chunk_index', INT, chunk),
    one('data/file_index', INT, file),
    one('dataset_from_index', INT, entry.fromRow),
    one('dataset_to_index', INT, entry.toRow),
    one(`videos/${VIDEO}/chunk_index`, INT, chunk),
    one(`videos/${VIDEO}/file_index`, INT, file),
    one(`videos/${VIDEO}/from_timestamp`, DOUBLE, 0),
    one(`videos/${VIDEO}/to_timestamp`, DOUBLE, entry.length / fps),
    ...Object.entries(entry.statistics).flatMap(([feature, statistics]) =>
      statisticsColumns(feature, statistics),
    ),
    one('meta/episodes/chunk_index', INT, chunk),
    one('meta/episodes/file_index', INT, file),
    one('seed', INT, entry.seed),
    one('policy', TEXT, entry.policy),
  ];
}

/** Reads an index row back; the error names the file and the column that is wrong. */
export function parseEntry(row: Row, file: string): EpisodeEntry {
  const number = (name: string): number => {
    const value = row[name];
    ensure(typeof value === 'number', `${file}: ${name}: expected a number, got ${JSON.stringify(value)}`);
    return value;
  };
  const tasks = row['tasks'];
  ensure(
    Array.isArray(tasks) && typeof tasks[0] === 'string',
    `${file}: tasks: expected a list of texts, got ${JSON.stringify(tasks)}`,
  );
  const described = Object.keys(row).filter((name) => name.startsWith('stats/') && name.endsWith('/mean'));
  return {
    index: number('episode_index'),
    length: number('length'),
    fromRow: number('dataset_from_index'),
    toRow: number('dataset_to_index'),
    task: tasks[0],
    seed: number('seed'),
    policy: String(row['policy']),
    statistics: Object.fromEntries(
      described.map((name) => {
        const feature = name.slice('stats/'.length, -'/mean'.length);
        return [feature, parseStatistics(row, feature)];
      }),
    ),
  };
}

/** LeRobot gives an image's statistics the shape [channels][1][1]. */
function statisticsColumns(feature: string, statistics: FeatureStatistics): Column[] {
  const image = feature === VIDEO;
  const type: ColumnType = { of: 'double', depth: image ? 3 : 1 };
  return [
    ...STATISTICS.map((name) => ({
      name: `stats/${feature}/${name}`,
      type,
      values: [image ? statistics[name].map((v) => [[v]]) : statistics[name]],
    })),
    { name: `stats/${feature}/count`, type: { of: 'int64', depth: 1 }, values: [[statistics.count]] },
  ];
}

function parseStatistics(row: Row, feature: string): FeatureStatistics {
  const numbers = (name: string): number[] => {
    const value = row[`stats/${feature}/${name}`];
    return Array.isArray(value) ? (value.flat(2) as number[]) : [];
  };
  const named = Object.fromEntries(STATISTICS.map((name) => [name, numbers(name)]));
  return { ...(named as Record<(typeof STATISTICS)[number], number[]>), count: numbers('count')[0] };
}
