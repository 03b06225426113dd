/**
 * The few tensor operations a video-prediction network needs that tfjs does not have, with gradients whose
 * kernels every engine knows.
 */
import type { GradSaveFunc, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { hosted } from '../compute/host/hosted.ts';
import { tf } from '../compute/tfjs.ts';
import { placesInSquare } from './layout.ts';
import { readBetween } from './pointer-kernels.ts';

/** Rows of `matrix` [R, C] at `index` [n] int32 -> [n, C]. The gradient adds into the rows it came from. */
export function gatherRows(matrix: Tensor2D, index: Tensor1D): Tensor {
  const shape = matrix.shape;
  const gather = tf.customGrad((x, save) => {
    (save as GradSaveFunc)([index]);
    return {
      value: tf.gather(x as Tensor, index),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.scatterND(saved[0].expandDims(1), dy, shape),
    };
  });
  return gather(matrix);
}

/** `matrix` [R, C] with its rows at `index` [n] (each named at most once) replaced by `rows` [n, C]. */
export function replaceRows(matrix: Tensor2D, rows: Tensor2D, index: Tensor1D): Tensor {
  const replace = tf.customGrad((x, y, save) => {
    (save as GradSaveFunc)([index]);
    return {
      value: tf.tensorScatterUpdate(x as Tensor, index.expandDims(1), y as Tensor),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const at = saved[0] as Tensor1D;
        const replaced = tf.gather(dy, at);
        return [tf.tensorScatterUpdate(dy, at.expandDims(1), tf.zerosLike(replaced)), replaced];
      },
    };
  });
  return replace(matrix, rows);
}

/**
 * Rows [B, M] int32 that count within each of B blocks of `size` rows, as rows of all of them, [B * M]; within the one
 * block there is, when it is `shared`.
 */
export function rowsOfBatch(rows: Tensor, size: number, shared = false): Tensor1D {
  const [batch, count] = rows.shape as [number, number];
  const starts = Array.from({ length: batch }, (_, b) => b * size);
  const all = shared ? rows : tf.add(rows, tf.tensor2d(starts, [batch, 1], 'int32'));
  return all.reshape<Tensor1D>([batch * count]);
}

/**
 * Which rows of a flattened picture of `width` columns the square of `side` pixels from `origin` [B, 2] (row, column) on
 * covers, int32 [B, side * side].
 */
export function squareRows(origin: Tensor, side: number, width: number): Tensor {
  const first = tf.sum(tf.mul(origin, tf.tensor2d([[width, 1]])), 1, true);
  const inside = placesInSquare(side).map(([row, col]) => row * width + col);
  return tf.add(tf.cast(first, 'int32'), tf.tensor2d(inside, [1, side * side], 'int32'));
}

/**
 * Reads `source` [S, h, w, C] bilinearly at `places` [2 or more, B, M] (rows, columns), clamped to the border ->
 * [C, B, M]. S is B, or 1 when every candidate reads the same picture. Differentiable in both. Channels come
 * first, so that all arithmetic runs along long rows.
 */
export function readBilinear(source: Tensor, places: Tensor): Tensor {
  return hosted(readBetween, [source, places], () => readInPieces(source, places));
}

function readInPieces(source: Tensor, places: Tensor): Tensor {
  const [blocks, height, width, channels] = source.shape;
  const [planes, batch, count] = places.shape as number[];
  const reads = batch * count;
  const [down, across] = tf.split(places, [1, 1, ...(planes > 2 ? [planes - 2] : [])], 0);
  const [rows, cols] = [down, across].map((p) => p.reshape([batch, count]));
  const row = tf.clipByValue(rows, 0, height - 1);
  const col = tf.clipByValue(cols, 0, width - 1);
  const top = tf.minimum(tf.floor(row), height - 2);
  const left = tf.minimum(tf.floor(col), width - 2);
  const below = tf.sub(row, top).reshape([1, reads]);
  const right = tf.sub(col, left).reshape([1, reads]);
  /** The top left of the four pixels, counted in rows of `across`. */
  const at = (across: number): Tensor1D =>
    rowsOfBatch(tf.cast(tf.add(tf.mul(top, across), left), 'int32'), height * width, blocks === 1);
  const corners = blocks === 1 ? cornersOfOne(source, at(width - 1)) : cornersOfMany(source, at(width));
  const upper = lerp(corners[0], corners[1], right);
  const lower = lerp(corners[2], corners[3], right);
  return lerp(upper, lower, below).reshape([channels, batch, count]);
}

/** The four pixels from each of `corner` [n] on, the next to the right and those below, [C, n] each. */
function cornersOfMany(source: Tensor, corner: Tensor1D): Tensor[] {
  const [blocks, height, width, channels] = source.shape;
  const flat = source.reshape<Tensor2D>([blocks * height * width, channels]);
  return [0, 1, width, width + 1].map((offset) =>
    gatherRows(flat, corner.add<Tensor1D>(tf.scalar(offset, 'int32'))).transpose([1, 0]),
  );
}

/**
 * The same of a single picture [1, h, w, C] that many candidates read: its pixels four by four, so that each read is
 * one. `corner` counts in rows of w - 1, since none starts at the right edge.
 */
function cornersOfOne(source: Tensor, corner: Tensor1D): Tensor[] {
  const [, height, width, channels] = source.shape;
  const shifted = [0, 1].flatMap((down) =>
    [0, 1].map((right) => tf.slice(source, [0, down, right, 0], [1, height - 1, width - 1, channels])),
  );
  const quads = tf.concat(shifted, 3).reshape<Tensor2D>([(height - 1) * (width - 1), 4 * channels]);
  return tf.split(gatherRows(quads, corner).transpose([1, 0]), 4, 0);
}

/**
 * Reads `source` [S, h, w, C] at the pixels nearest to `places` [2, B, M] -> [C, B, M]: a quarter of the reads, and
 * nothing is mixed across an edge. Differentiable in `source`.
 */
export function readNearest(source: Tensor, places: Tensor): Tensor {
  const [blocks, height, width, channels] = source.shape;
  const [, batch, count] = places.shape;
  const flat = source.reshape<Tensor2D>([blocks * height * width, channels]);
  const [row, col] = tf
    .split(nearestPixels(places, height, width), 2, 0)
    .map((p) => p.reshape([batch, count]));
  const inside = tf.cast(tf.add(tf.mul(row, width), col), 'int32');
  const index = rowsOfBatch(inside, height * width, blocks === 1);
  return gatherRows(flat, index).transpose([1, 0]).reshape([channels, batch, count]);
}

/** The whole pixels nearest to `places` [2, B, M] within a picture. */
export function nearestPixels(places: Tensor, height: number, width: number): Tensor {
  const last = tf.tensor3d([height - 1, width - 1], [2, 1, 1]);
  return tf.minimum(tf.maximum(tf.round(places), 0), last);
}

/**
 * What `compute` makes, as a constant for gradients: they do not flow back into what it was made from.
 *
 * @param anchor a tensor that no gradient is asked of
 */
export function withoutGradient(anchor: Tensor, compute: () => Tensor): Tensor {
  const { shape } = anchor;
  const constant = tf.customGrad(() => ({ value: compute(), gradFunc: () => tf.zeros(shape) }));
  return constant(anchor);
}

function lerp(from: Tensor, to: Tensor, amount: Tensor): Tensor {
  return tf.add(from, tf.mul(tf.sub(to, from), amount));
}

/** Every `n`th pixel of every `n`th row, [B, h, w, C] -> [B, h/n, w/n, C]; tfjs's strided slice has no gradient. */
export function everyNth(x: Tensor, n: number): Tensor {
  const [batch, height, width, channels] = x.shape as number[];
  const size = [batch, height / n, 1, width / n, channels];
  const grouped = x.reshape([batch, height / n, n, width / n, n * channels]);
  return tf.slice(grouped, [0, 0, 0, 0, 0], size).reshape([batch, height / n, width / n, channels]);
}

/** Moment `t` of [B, T, ...] -> [B, ...]. */
export function momentOf(x: Tensor, t: number): Tensor {
  const begin = x.shape.map((_, d) => (d === 1 ? t : 0));
  const size = x.shape.map((n, d) => (d === 1 ? 1 : n));
  return tf.slice(x, begin, size).squeeze([1]);
}

/** A latent's tensor [B, ...] for `times` moments, one after the other; one observation for all serves any number. */
export function inTurn(x: Tensor, times: number): Tensor {
  if (x.shape[0] === 1) return x;
  return tf.tile(x, [times, ...x.shape.slice(1).map(() => 1)]);
}

/** A latent's tensor for `batch` candidates: repeated when it holds one observation for all of them. */
export function expand(x: Tensor, batch: number): Tensor {
  if (x.shape[0] === batch) return x;
  return tf.tile(x, [batch, ...x.shape.slice(1).map(() => 1)]);
}

/** [B, h, w, 4C] -> [B, 2h, 2w, C]: each pixel's channels become a 2x2 block. */
export function depthToSpace(x: Tensor): Tensor {
  const [batch, height, width, channels] = x.shape;
  return x
    .reshape([batch, height, width, 2, 2, channels / 4])
    .transpose([0, 1, 3, 2, 4, 5])
    .reshape([batch, 2 * height, 2 * width, channels / 4]);
}
