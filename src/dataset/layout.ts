/**
 * What a dataset folder holds and how it is named: LeRobotDataset v3.0 (huggingface/lerobot), with one file an
 * episode, so that recording only ever adds files.
 *
 *     meta/info.json  meta/stats.json  meta/tasks.parquet  meta/rig.json
 *     meta/left_out.json                              episodes that are not learned from, where there are any
 *     meta/plates/episode_000012.png
 *     meta/episodes/chunk-000/file-012.parquet       the index: an episode exists when its row does
 *     data/chunk-000/file-012.parquet
 *     videos/observation.images.camera/chunk-000/file-012.mp4
 *
 * The timeline: an episode of T control steps has T + 1 rows. The action in a row is the one SENT from that row's
 * frame to the next; the last row's, where nothing was sent any more, is all zeros.
 */
import { z } from 'zod';
import { ForesightError } from '../spec/errors.ts';
import { MAX_OBJECTS } from '../spec/episode.ts';
import type { Rig } from '../spec/rig.ts';
import { PIXEL_FORMAT, VIDEO_CODEC } from '../video/ffmpeg.ts';
import { readJson } from './files.ts';

export const VERSION = 'v3.0';
/** Files in a chunk's folder. */
export const CHUNK_SIZE = 1000;

export const VIDEO = 'observation.images.camera';
export const STATE = 'observation.state';
export const ACTION = 'action';
export const TRUTH = 'simulator.object_points';

const DATA_PATH = 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet';
const VIDEO_PATH = 'videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4';
const EPISODES_PATH = 'meta/episodes/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet';
const PLATE_PATH = 'meta/plates/episode_{file:06d}.png';

/** Paths inside a dataset, with forward slashes. */
export const paths = {
  info: 'meta/info.json',
  stats: 'meta/stats.json',
  tasks: 'meta/tasks.parquet',
  rig: 'meta/rig.json',
  leftOut: 'meta/left_out.json',
  card: 'README.md',
  lock: 'meta/writer.lock',
  data: (episode: number) => fill(DATA_PATH, episode),
  video: (episode: number) => fill(VIDEO_PATH, episode),
  episode: (episode: number) => fill(EPISODES_PATH, episode),
  plate: (episode: number) => fill(PLATE_PATH, episode),
} as const;

/** The chunk and the file within it that hold an episode. */
export function place(episode: number): { chunk: number; file: number } {
  return { chunk: Math.floor(episode / CHUNK_SIZE), file: episode % CHUNK_SIZE };
}

function fill(template: string, episode: number): string {
  const { chunk, file } = place(episode);
  return template
    .replace('{video_key}', VIDEO)
    .replace('{chunk_index:03d}', String(chunk).padStart(3, '0'))
    .replace('{file_index:03d}', String(file).padStart(3, '0'))
    .replace('{file:06d}', String(episode).padStart(6, '0'));
}

const featureSchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().positive()),
  names: z.unknown(),
  info: z.record(z.string(), z.unknown()).optional(),
});

const infoSchema = z.object({
  codebase_version: z.literal(VERSION),
  robot_type: z.string(),
  total_episodes: z.number().int().nonnegative(),
  total_frames: z.number().int().nonnegative(),
  total_tasks: z.number().int().nonnegative(),
  chunks_size: z.literal(CHUNK_SIZE),
  data_files_size_in_mb: z.number(),
  video_files_size_in_mb: z.number(),
  fps: z.number().positive(),
  splits: z.record(z.string(), z.string()),
  data_path: z.literal(DATA_PATH),
  video_path: z.literal(VIDEO_PATH),
  features: z.record(z.string(), featureSchema),
});

export type DatasetInfo = z.infer<typeof infoSchema>;
export type Feature = z.infer<typeof featureSchema>;

/** Reads and checks meta/info.json; the error names the first field that is wrong. */
export async function readInfo(path: string): Promise<DatasetInfo> {
  const result = infoSchema.safeParse(await readJson(path));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ForesightError(`${path}: ${issue.path.join('.')}: ${issue.message}`);
}

/** meta/info.json for a rig's recordings. */
export function makeInfo(
  rig: Rig,
  truth: boolean,
  totals: { episodes: number; frames: number; tasks: number },
): DatasetInfo {
  return {
    codebase_version: VERSION,
    robot_type: rig.robot,
    total_episodes: totals.episodes,
    total_frames: totals.frames,
    total_tasks: totals.tasks,
    chunks_size: CHUNK_SIZE,
    data_files_size_in_mb: 100,
    video_files_size_in_mb: 200,
    fps: rig.controlHz,
    splits: { train: `0:${totals.episodes}` },
    data_path: DATA_PATH,
    video_path: VIDEO_PATH,
    features: makeFeatures(rig, truth),
  };
}

/** The features of a recording made with `rig`; `truth` where the rig knows where its objects are. */
export function makeFeatures(rig: Rig, truth: boolean): Record<string, Feature> {
  const vector = (names: readonly string[]): Feature => ({ dtype: 'float32', shape: [names.length], names });
  const scalar = (dtype: string): Feature => ({ dtype, shape: [1], names: null });
  const { height, width } = rig.frame;
  const objects = Array.from({ length: MAX_OBJECTS }, (_, i) =>
    ['x', 'y', 'z'].map((d) => `object_${i}_${d}_m`),
  );
  return {
    [VIDEO]: {
      dtype: 'video',
      shape: [height, width, 3],
      names: ['height', 'width', 'channels'],
      info: {
        'video.height': height,
        'video.width': width,
        'video.codec': VIDEO_CODEC,
        'video.pix_fmt': PIXEL_FORMAT,
        'video.is_depth_map': false,
        'video.fps': rig.controlHz,
        'video.channels': 3,
        has_audio: false,
      },
    },
    [STATE]: vector([...rig.arm.links.map((link) => `${link.name}_rad`), 'tip_x_m', 'tip_y_m', 'tip_z_m']),
    [ACTION]: vector(rig.action.names),
    ...(truth ? { [TRUTH]: vector(objects.flat()) } : {}),
    timestamp: scalar('float32'),
    frame_index: scalar('int64'),
    episode_index: scalar('int64'),
    index: scalar('int64'),
    task_index: scalar('int64'),
  };
}
