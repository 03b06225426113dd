/**
 * The frame cache: a dataset's frames once decoded, at the size a network sees, with the arm's coverage as a
 * fourth channel. Training reads slices of it and never a video.
 *
 * Two files in <dataset>/cache: `64x48.bin`, one record an episode, only ever appended to; and `64x48.json`, which
 * says what of it is valid and is renamed into place. Killed while building, it carries on from there.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { ensure } from '../spec/errors.ts';
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
/** Up to this size the whole cache is kept in memory; beyond it, slices are read from the file. */
const RESIDENT_BYTES = 1.5 * 2 ** 30;
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

interface Header {
  readonly version: number;
  readonly size: FrameSize;
  /** Hash of the rig: masks follow from it. */
  readonly rig: string;
  readonly episodes: readonly CachedEpisode[];
}

/** One episode's numbers, a row a frame. */
export interface EpisodeNumbers {
  /** [T+1, 3], metres. */
  readonly tips: Float32Array;
  /** [T+1, joints], radians. */
  readonly joints: Float32Array;
  /** [T+1, A], sent; the last row is zeros. */
  readonly actions: Float32Array;
  /** [T+1, 12], metres, NaN where there is no object (or no truth). */
  readonly truth: Float32Array;
}

export interface CacheOptions {
  readonly onProgress?: (episodes: number, total: number) => void;
  readonly residentBytes?: number;
}

export class FrameCache {
  readonly rig: Rig;
  readonly size: FrameSize;
  readonly episodes: readonly CachedEpisode[];
  readonly #layout: RecordLayout;
  readonly #file: number;
  readonly #resident: Buffer | null;
  readonly #plates: Uint8Array[];
  readonly #numbers: EpisodeNumbers[];

  private constructor(rig: Rig, header: Header, path: string, residentBytes: number) {
    this.rig = rig;
    this.size = header.size;
    this.episodes = header.episodes;
    this.#layout = new RecordLayout(header.size, rig);
    this.#file = openSync(path, 'r');
    const bytes = endOf(header, this.#layout);
    this.#resident = bytes <= residentBytes ? this.#read(0, bytes) : null;
    this.#plates = this.episodes.map((e) =>
      this.#slice(e.offset + this.#layout.plateAt(e), this.#layout.plateBytes),
    );
    this.#numbers = this.episodes.map((e) => this.#readNumbers(e));
  }

  /**
   * Opens the cache of a dataset at one size, after building what is missing of it: everything, or the episodes
   * added since. Built anew when the rig, the size or an episode already cached has changed.
   */
  static async open(dataset: Dataset, size: FrameSize, options: CacheOptions = {}): Promise<FrameCache> {
    ensure(
      dataset.episodes.length > 0,
      `${dataset.dir} holds no episodes`,
      `foresight collect --out ${dataset.dir}`,
    );
    const name = join(dataset.dir, 'cache', `${size.width}x${size.height}`);
    const header = await build(dataset, size, name, options.onProgress ?? (() => undefined));
    return new FrameCache(dataset.rig, header, `${name}.bin`, options.residentBytes ?? RESIDENT_BYTES);
  }

  /** Frames from..from+count-1 of an episode, [count, h, w, 4] uint8: RGB and the arm's coverage. Not to be written to. */
  frames(episode: number, from: number, count: number): Uint8Array {
    const cached = this.#episode(episode);
    ensure(
      from >= 0 && from + count <= cached.length,
      `cache: frames ${from} to ${from + count} of episode ${episode}, which has ${cached.length}`,
    );
    return this.#slice(cached.offset + from * this.#layout.frameBytes, count * this.#layout.frameBytes);
  }

  /** The background plate, [h, w, 3] uint8. */
  plate(episode: number): Uint8Array {
    this.#episode(episode);
    return this.#plates[episode];
  }

  numbers(episode: number): EpisodeNumbers {
    this.#episode(episode);
    return this.#numbers[episode];
  }

  close(): void {
    closeSync(this.#file);
  }

  #episode(episode: number): CachedEpisode {
    const cached = this.episodes.at(episode);
    ensure(cached !== undefined, `cache: no episode ${episode}, it holds ${this.episodes.length}`);
    return cached;
  }

  #slice(offset: number, bytes: number): Uint8Array {
    return this.#resident?.subarray(offset, offset + bytes) ?? this.#read(offset, bytes);
  }

  #read(offset: number, bytes: number): Buffer {
    const buffer = Buffer.allocUnsafe(bytes);
    for (let at = 0; at < bytes;) {
      // One call reads at most 2 GiB.
      const got = readSync(this.#file, buffer, at, Math.min(bytes - at, 2 ** 30), offset + at);
      ensure(
        got > 0,
        `the frame cache is shorter than its header says`,
        'remove the cache folder; it is built again',
      );
      at += got;
    }
    return buffer;
  }

  #readNumbers(episode: CachedEpisode): EpisodeNumbers {
    const { widths, numbersAt, numbersBytes } = this.#layout;
    const bytes = this.#slice(episode.offset + numbersAt(episode), numbersBytes(episode));
    const all = new Float32Array(Uint8Array.from(bytes).buffer);
    let at = 0;
    const take = (width: number): Float32Array => all.subarray(at, (at += width * episode.length));
    return {
      tips: take(widths.tips),
      joints: take(widths.joints),
      actions: take(widths.actions),
      truth: take(widths.truth),
    };
  }
}

/** A record: all frames, then the plate, then the numbers, each table row by row. */
class RecordLayout {
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

function endOf(header: Header, layout: RecordLayout): number {
  const last = header.episodes.at(-1);
  return last ? last.offset + layout.recordBytes(last) : 0;
}

/** Brings the files named `name` up to the dataset; returns the header then valid. */
async function build(
  dataset: Dataset,
  size: FrameSize,
  name: string,
  onProgress: (episodes: number, total: number) => void,
): Promise<Header> {
  const total = dataset.episodes.length;
  const fingerprints = await Promise.all(dataset.episodes.map(({ index }) => fingerprint(dataset, index)));
  const layout = new RecordLayout(size, dataset.rig);
  const empty: Header = { version: VERSION, size, rig: hashOf(dataset.rig), episodes: [] };
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
  expected: Header,
  fingerprints: readonly string[],
  layout: RecordLayout,
): Promise<Header | null> {
  const header = (await readJson(`${name}.json`).catch(() => null)) as Header | null;
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
