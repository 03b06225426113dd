/**
 * The frame cache: a dataset's frames once decoded, at the size a network sees, with the arm's coverage as a
 * fourth channel. Training reads slices of it and never a video.
 *
 * Two files in <dataset>/cache: `64x48.bin`, one record an episode, only ever appended to; and `64x48.json`, which
 * says what of it is valid and is renamed into place. Killed while building, it carries on from there.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ensure } from '../spec/errors.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Projection } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';
import { buildCache, endOf, RecordLayout, type CachedEpisode, type CacheHeader } from './cache-files.ts';
import type { PlayFrames } from './play-frames.ts';
import type { Dataset } from './reader.ts';

/** Up to this size the whole cache is kept in memory; beyond it, slices are read from the file. */
const RESIDENT_BYTES = 1.5 * 2 ** 30;

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

export class FrameCache implements PlayFrames {
  readonly rig: Rig;
  readonly size: FrameSize;
  readonly episodes: readonly CachedEpisode[];
  readonly #layout: RecordLayout;
  readonly #file: number;
  readonly #resident: Buffer | null;
  readonly #plates: Uint8Array[];
  readonly #numbers: EpisodeNumbers[];

  private constructor(rig: Rig, header: CacheHeader, path: string, residentBytes: number) {
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
    const header = await buildCache(dataset, size, name, options.onProgress ?? (() => undefined));
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

  projection(): Projection {
    return this.rig.projection;
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
