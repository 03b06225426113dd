/** The files of the frame cache: what a record holds, and how records are made and added. */
import { createHash } from 'node:crypto';
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { armMask } from '../spec/arm-mask.ts';
import { MAX_OBJECTS } from '../spec/episode.ts';
import type { Frame, FrameSize } from '../spec/frame.ts';
import type { Rig } from '../spec/rig.ts';
import { resizeFrame } from '../video/resize.ts';
import { readJson, writeJson } from './files.ts';
import { paths } from './layout.ts';
import { takeLock } from './lock.ts';
import type { Dataset } from './reader.ts';

/** Changes when what a record holds does. */
const VERSION = 1;
const CHANNELS = 4;
const HEADER_EVERY_EPISODES = 50;
const TRUTH_SIZE = 3 * MAX_OBJECTS;

/** Where an episode lies in the cache. */
export interface CachedEpisode {
  readonly index: number;
  /** Frames, one more than control steps. */
  readonly length: number;
  readonly offset: number;
  /** Tells whether the episode's video is still the one that was cached. */
  readonly fingerprint: string;
}

/** The JSON file: what of the other one is valid. */
export interface CacheHeader {
  readonly version: number;
  readonly size: FrameSize;
  /** Hash of the rig: masks follow from it. */
  readonly rig: string;
  readonly episodes: readonly CachedEpisode[];
}

/** A record: all frames, then the plate, then the numbers, each table row by row. */
export class RecordLayout {
  readonly frameBytes: number;
  readonly plateBytes: number;
  readonly widths: {
    readonly tips: number;
    readonly joints: number;
    readonly actions: number;
    readonly truth: number;
  };

  constructor(size: FrameSize, rig: Rig) {
    this.frameBytes = size.height * size.width * CHANNELS;
    this.plateBytes = size.height * size.width * 3;
    this.widths = {
      tips: 3,
      joints: rig.arm.links.length,
      actions: rig.action.names.length,
      truth: TRUTH_SIZE,
    };
  }

  readonly plateAt = (episode: { length: number }): number => episode.length * this.frameBytes;
  readonly numbersAt = (episode: { length: number }): number => this.plateAt(episode) + this.plateBytes;
  readonly numbersBytes = (episode: { length: number }): number => {
    const { tips, joints, actions, truth } = this.widths;
    return 4 * episode.length * (tips + joints + actions + truth);
  };
  readonly recordBytes = (episode: { length: number }): number =>
    this.numbersAt(episode) + this.numbersBytes(episode);
}

/** Where the valid part of the file ends, bytes. */
export function endOf(header: CacheHeader, layout: RecordLayout): number {
  const last = header.episodes.at(-1);
  return last ? last.offset + layout.recordBytes(last) : 0;
}

/** Brings the files named `name` up to the dataset; returns the header then valid. */
export async function buildCache(
  dataset: Dataset,
  size: FrameSize,
  name: string,
  onProgress: (episodes: number, total: number) => void,
): Promise<CacheHeader> {
  const total = dataset.episodes.length;
  const fingerprints = await Promise.all(dataset.episodes.map(({ index }) => fingerprint(dataset, index)));
  const layout = new RecordLayout(size, dataset.rig);
  const empty: CacheHeader = { version: VERSION, size, rig: hashOf(dataset.rig), episodes: [] };
  let header = (await readValid(name, empty, fingerprints, layout)) ?? empty;
  if (header.episodes.length === total) return header;

  await mkdir(dirname(name), { recursive: true });
  const giveLockBack = await takeLock(`${name}.lock`);
  const file = await open(`${name}.bin`, header.episodes.length > 0 ? 'r+' : 'w+');
  try {
    let next = makeRecord(dataset, header.episodes.length, size);
    for (let index = header.episodes.length; index < total; index++) {
      const record = await next;
      // The next episode is decoded by its own process while this one is written.
      next = index + 1 < total ? makeRecord(dataset, index + 1, size) : next;
      next.catch(() => undefined);
      const offset = endOf(header, layout);
      await writeAll(file, record, offset);
      const { length } = dataset.episodes[index];
      const episode = { index, length, offset, fingerprint: fingerprints[index] };
      header = { ...header, episodes: [...header.episodes, episode] };
      if (index + 1 === total || (index + 1) % HEADER_EVERY_EPISODES === 0) {
        await file.datasync();
        await writeJson(`${name}.json`, header);
      }
      onProgress(index + 1, total);
    }
  } finally {
    await file.close();
    await giveLockBack();
  }
  return header;
}

async function makeRecord(dataset: Dataset, index: number, size: FrameSize): Promise<Uint8Array> {
  const { rig } = dataset;
  const rows = await dataset.readRows(index);
  const frames: Uint8Array[] = [];
  const joints = rig.arm.links.length;
  for await (const frame of dataset.readFrames(index)) {
    const jointsRad = rows.states[frames.length].slice(0, joints);
    frames.push(withArm(await resizeFrame(frame, size), jointsRad, rig));
  }
  const plate = await resizeFrame(await dataset.readPlate(index), size);
  const noTruth = rows.states.map(() => Array<number>(TRUTH_SIZE).fill(NaN));
  const numbers = Float32Array.from([
    ...rows.states.flatMap((state) => state.slice(joints)),
    ...rows.states.flatMap((state) => state.slice(0, joints)),
    ...rows.actions.flat(),
    ...(rows.truth ?? noTruth).flat(),
  ]);
  return Buffer.concat([...frames, plate.data, new Uint8Array(numbers.buffer)]);
}

/** RGB plus how much of each pixel the arm covers, [h, w, 4]. */
function withArm(frame: Frame, jointsRad: readonly number[], rig: Rig): Uint8Array {
  const mask = armMask(rig.arm, rig.projection, jointsRad, frame);
  const out = new Uint8Array(mask.data.length * CHANNELS);
  for (let p = 0; p < mask.data.length; p++) {
    out[4 * p] = frame.data[3 * p];
    out[4 * p + 1] = frame.data[3 * p + 1];
    out[4 * p + 2] = frame.data[3 * p + 2];
    out[4 * p + 3] = Math.round(255 * mask.data[p]);
  }
  return out;
}

/** The header on disk, if it describes this rig and size and a beginning of this dataset; else null. */
async function readValid(
  name: string,
  expected: CacheHeader,
  fingerprints: readonly string[],
  layout: RecordLayout,
): Promise<CacheHeader | null> {
  const header = (await readJson(`${name}.json`).catch(() => null)) as CacheHeader | null;
  if (header?.version !== expected.version || header.rig !== expected.rig) return null;
  if (header.episodes.length > fingerprints.length) return null;
  if (!header.episodes.every((episode, i) => episode.fingerprint === fingerprints[i])) return null;
  const bytes = await stat(`${name}.bin`).then(
    (found) => found.size,
    () => -1,
  );
  return bytes >= endOf(header, layout) ? header : null;
}

async function fingerprint(dataset: Dataset, index: number): Promise<string> {
  const { seed, length } = dataset.episodes[index];
  const files = [paths.video(index), paths.data(index), paths.plate(index)];
  const found = await Promise.all(files.map((file) => stat(join(dataset.dir, file)).catch(() => null)));
  return [
    seed,
    length,
    ...found.map((file) => (file ? `${file.size}@${Math.round(file.mtimeMs)}` : 'missing')),
  ].join(' ');
}

async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += (await file.write(bytes, at, bytes.length - at, offset + at)).bytesWritten;
  }
}

function hashOf(rig: Rig): string {
  return createHash('sha256').update(JSON.stringify(rig)).digest('hex').slice(0, 16);
}
