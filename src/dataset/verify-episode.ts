/** Checks one episode's files: its data, its video, its plate. */
import { join } from 'node:path';
import { sameSize } from '../spec/frame.ts';
import type { Rig } from '../spec/rig.ts';
import { probeVideo } from '../video/ffmpeg.ts';
import { readPng } from '../video/png.ts';
import { ACTION, paths, STATE, VIDEO, type DatasetInfo } from './layout.ts';
import { readParquet, type Row } from './parquet.ts';
import type { Checker } from './problems.ts';
import { parseDataRows, type EpisodeEntry } from './tables.ts';

/** Float32 columns against numbers computed in double precision. */
const TOLERANCE = 1e-4;
/** Adds what is wrong with the files of one episode of the index. */
export async function checkEpisode(
  checker: Checker,
  info: DatasetInfo,
  rig: Rig,
  tasks: ReadonlyMap<number, string>,
  entry: EpisodeEntry,
): Promise<void> {
  const { index } = entry;
  const data = paths.data(index);
  await checker.check(data, () => checkData(checker, info, tasks, entry, data), index);
  const video = paths.video(index);
  await checker.check(
    video,
    async () => {
      const facts = await probeVideo(join(checker.dir, video));
      const wrong = (what: string, found: unknown, expected: unknown): void => {
        checker.add(video, `${what} is ${String(found)}, expected ${String(expected)}`, index);
      };
      if (facts.frames !== entry.length) {
        checker.add(video, `holds ${facts.frames} frames, the index says ${entry.length}`, index);
      }
      if (!sameSize(facts.size, rig.frame)) {
        const text = (size: typeof rig.frame): string => `${size.width}x${size.height}`;
        wrong('its size', text(facts.size), text(rig.frame));
      }
      if (Math.abs(facts.fps - info.fps) > 0.01) wrong('its frame rate', facts.fps, info.fps);
      const codec = info.features[VIDEO].info?.['video.codec'];
      if (facts.codec !== codec) wrong('its codec', facts.codec, codec);
      if (facts.complaints.length > 0) checker.add(video, `while decoding: ${facts.complaints[0]}`, index);
    },
    index,
  );
  const plate = paths.plate(index);
  await checker.check(
    plate,
    async () => {
      const found = await readPng(join(checker.dir, plate));
      if (!sameSize(found, rig.frame)) {
        const expected = `${rig.frame.width}x${rig.frame.height}`;
        checker.add(plate, `its size is ${found.width}x${found.height}, expected ${expected}`, index);
      }
    },
    index,
  );
}

async function checkData(
  checker: Checker,
  info: DatasetInfo,
  tasks: ReadonlyMap<number, string>,
  entry: EpisodeEntry,
  file: string,
): Promise<void> {
  const rows = await readParquet(join(checker.dir, file));
  const add = (problem: string): void => {
    checker.add(file, problem, entry.index);
  };
  if (rows.length !== entry.length) add(`holds ${rows.length} rows, the index says ${entry.length}`);
  const expectations: readonly [string, (t: number) => number][] = [
    ['timestamp', (t) => t / info.fps],
    ['frame_index', (t) => t],
    ['episode_index', () => entry.index],
    ['index', (t) => entry.fromRow + t],
  ];
  for (const [name, expected] of expectations) {
    const wrong = rows.findIndex((row, t) => !(Math.abs(Number(row[name] ?? NaN) - expected(t)) < TOLERANCE));
    if (wrong >= 0) add(`${name} in row ${wrong} is ${show(rows[wrong], name)}, expected ${expected(wrong)}`);
  }
  const stranger = rows.findIndex((row) => tasks.get(Number(row['task_index'])) !== entry.task);
  if (stranger >= 0)
    add(`task_index in row ${stranger} is ${show(rows[stranger], 'task_index')}, not "${entry.task}"`);

  const { states, actions } = parseDataRows(rows, info.features, join(checker.dir, file));
  const infinite = states.findIndex((state) => !state.every(Number.isFinite));
  if (infinite >= 0) add(`${STATE} in row ${infinite} is not finite`);
  const outside = actions.findIndex((action) => !action.every((a) => Math.abs(a) <= 1 + TOLERANCE));
  if (outside >= 0) add(`${ACTION} in row ${outside} is [${actions[outside].join(', ')}], outside -1..1`);
  if (actions.at(-1)?.some((a) => a !== 0))
    add(`${ACTION} in the last row is not zero: nothing is sent after it`);
}

function show(row: Row, name: string): string {
  return JSON.stringify(row[name]) ?? 'missing';
}
