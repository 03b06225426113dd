/** Windows of the frame cache as the float arrays that a training step takes. */
import { ensure } from '../spec/errors.ts';
import { MAX_OBJECTS } from '../spec/episode.ts';
import { randomFromState, type Random } from '../spec/random.ts';
import type { PlayFrames } from './play-frames.ts';
import type { Window } from './windows.ts';

/** B windows of T control steps. The arrays are the batcher's own and are overwritten by its next batch. */
export interface Batch {
  /** [B, T+1, h, w, 3] in 0..1. */
  readonly frames: Float32Array;
  /** [B, T+1, h, w, 1]: how much of each pixel the arm covers, 0..1. */
  readonly armMask: Float32Array;
  /** [B, h, w, 3] in 0..1. */
  readonly plate: Float32Array;
  /** [B, T+1, 3], metres. */
  readonly tips: Float32Array;
  /** [B, T, A] in -1..1, as sent. */
  readonly actions: Float32Array;
  /** [B, T+1, 12], metres, NaN where there is no object. */
  readonly truth: Float32Array;
  readonly windows: readonly Window[];
}

export interface BatchShape {
  readonly batch: number;
  /** Control steps T in a window. */
  readonly steps: number;
}

/** For each channel of the batch, which one of the cache it is. */
export type ChannelOrder = readonly [number, number, number];

export const CHANNEL_ORDERS: readonly ChannelOrder[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

const TRUTH_SIZE = 3 * MAX_OBJECTS;
/** Bytes as floats: a look-up is quicker than a division. */
const UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Fills batches from the cache, into arrays made once. */
export class Batcher {
  readonly shape: BatchShape;
  readonly #cache: PlayFrames;
  readonly #arrays: Omit<Batch, 'windows'>;

  constructor(cache: PlayFrames, shape: BatchShape) {
    const { batch, steps } = shape;
    const pixels = cache.size.height * cache.size.width;
    this.shape = shape;
    this.#cache = cache;
    this.#arrays = {
      frames: new Float32Array(batch * (steps + 1) * pixels * 3),
      armMask: new Float32Array(batch * (steps + 1) * pixels),
      plate: new Float32Array(batch * pixels * 3),
      tips: new Float32Array(batch * (steps + 1) * 3),
      actions: new Float32Array(batch * steps * cache.rig.action.names.length),
      truth: new Float32Array(batch * (steps + 1) * TRUTH_SIZE),
    };
  }

  /**
   * The batch of exactly these windows. Throws unless there are as many as the shape says.
   *
   * @param colours for each window the order of its colour channels; red, green, blue when not given
   */
  fill(windows: readonly Window[], colours?: readonly ChannelOrder[]): Batch {
    const { batch, steps } = this.shape;
    ensure(windows.length === batch, `batch: expected ${batch} windows, got ${windows.length}`);
    const { frames, armMask, plate, tips, actions, truth } = this.#arrays;
    const actionSize = actions.length / (batch * steps);
    windows.forEach(({ episode, from }, b) => {
      const pixels = this.#cache.frames(episode, from, steps + 1);
      const order = colours?.[b] ?? CHANNEL_ORDERS[0];
      splitChannels(pixels, order, frames, armMask, (b * armMask.length) / batch);
      const empty = this.#cache.plate(episode);
      const plateAt = b * empty.length;
      for (let i = 0; i < empty.length; i += 3) {
        for (let c = 0; c < 3; c++) plate[plateAt + i + c] = UNIT[empty[i + order[c]]];
      }
      const numbers = this.#cache.numbers(episode);
      copyRows(numbers.tips, 3, from, steps + 1, tips, b);
      copyRows(numbers.actions, actionSize, from, steps, actions, b);
      copyRows(numbers.truth, TRUTH_SIZE, from, steps + 1, truth, b);
    });
    return { ...this.#arrays, windows };
  }
}

/**
 * Draws windows with replacement, uniformly or by their chances, each with its colour channels in a random order: how things move does
 * not depend on their colours, and there are six times as many coloured things as were played with. One saved
 * number resumes the stream of batches exactly.
 */
export class BatchSampler {
  readonly #batcher: Batcher;
  readonly #windows: readonly Window[];
  readonly #random: Random;
  readonly #cumulative: Float64Array;

  /**
   * @param state a seed, or the `state()` of a sampler to be carried on
   * @param chances how often each window is drawn, in any unit; all alike when not given
   */
  constructor(
    cache: PlayFrames,
    windows: readonly Window[],
    shape: BatchShape,
    state: number,
    chances?: Float64Array,
  ) {
    ensure(
      windows.length > 0,
      `no window of ${shape.steps} control steps in these episodes`,
      'collect longer episodes, or predict fewer steps',
    );
    this.#batcher = new Batcher(cache, shape);
    this.#windows = windows;
    this.#random = randomFromState(state);
    this.#cumulative = cumulate(chances ?? new Float64Array(windows.length).fill(1));
  }

  next(): Batch {
    const { batch } = this.#batcher.shape;
    const windows = Array.from({ length: batch }, () => this.#drawWindow());
    return this.#batcher.fill(
      windows,
      windows.map(() => this.#random.choice(CHANNEL_ORDERS)),
    );
  }

  state(): number {
    return this.#random.state();
  }

  /** The first window whose cumulated chance exceeds the lot, by bisection. */
  #drawWindow(): Window {
    const sums = this.#cumulative;
    const lot = this.#random.next() * sums[sums.length - 1];
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > lot) high = middle;
      else low = middle + 1;
    }
    return this.#windows[low];
  }
}

function cumulate(chances: Float64Array): Float64Array {
  let sum = 0;
  return chances.map((chance) => (sum += chance));
}

/** [n, 4] bytes to [n, 3] and [n, 1] floats; `at` is the place of the first pixel in the outputs. */
function splitChannels(
  rgba: Uint8Array,
  [first, second, third]: ChannelOrder,
  rgb: Float32Array,
  alpha: Float32Array,
  at: number,
): void {
  const count = rgba.length / 4;
  for (let p = 0, from = 0, to = 3 * at; p < count; p++, from += 4, to += 3) {
    rgb[to] = UNIT[rgba[from + first]];
    rgb[to + 1] = UNIT[rgba[from + second]];
    rgb[to + 2] = UNIT[rgba[from + third]];
    alpha[at + p] = UNIT[rgba[from + 3]];
  }
}

function copyRows(
  table: Float32Array,
  width: number,
  from: number,
  rows: number,
  out: Float32Array,
  b: number,
): void {
  out.set(table.subarray(from * width, (from + rows) * width), b * rows * width);
}
