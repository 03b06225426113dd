/**
 * The three ways in which Finn, Goodfellow & Levine 2016 (arXiv 1605.07157) move pixels: one kernel for each pixel
 * (DNA), a few kernels for the whole picture (CDNA), a few affine maps of it (STP).
 *
 * Kernels are k x k weights over a pixel's neighbourhood, rows first: entry `k * (r + dr) + (r + dc)` with
 * r = (k - 1) / 2 says how much of the pixel dr rows below and dc columns to the right comes here.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import { placesInRectangle } from './layout.ts';
import { readBilinear } from './ops.ts';

/** What relu leaves of a kernel's entries is at least this, so that one can always be made to sum to 1. */
const LEAST_ENTRY = 1e-5;

/** Kernels that are nowhere negative and sum to 1 along `axis`, from any numbers. */
export function normaliseKernels(raw: Tensor, axis: number): Tensor {
  const positive = tf.add(tf.relu(raw), LEAST_ENTRY);
  return tf.div(positive, tf.sum(positive, axis, true));
}

/** The kernel that leaves a pixel where it is, [k * k]. */
export function stillKernel(size: number): number[] {
  return Array.from({ length: size * size }, (_, tap) => (tap === (size * size - 1) / 2 ? 1 : 0));
}

/**
 * CDNA: the mixture of K kernels at each pixel. Transforming a picture by K kernels and adding the results, each
 * weighted by its mask, is the same as transforming it by one kernel a pixel, the kernels' weighted sum; which is
 * less work, and makes CDNA a DNA whose kernels have few shapes.
 *
 * @param kernels [B, K, k * k]
 * @param masks [B, h, w, K]
 * @returns [B, h, w, k * k]
 */
export function mixKernels(kernels: Tensor, masks: Tensor): Tensor {
  const [batch, height, width, count] = masks.shape as number[];
  const planes = masks.transpose([0, 3, 1, 2]).reshape([batch, count, height * width]);
  const mixed = tf.matMul(kernels, planes, true);
  return mixed.reshape([batch, -1, height, width]).transpose([0, 2, 3, 1]);
}

/**
 * DNA: each pixel of `picture` [S, h, w, C] as its kernel [B, h, w, k * k] draws it from its neighbourhood ->
 * [B, h, w, C]. Beyond the border everything is 0. S is B, or 1 when all candidates move the same picture.
 */
export function applyKernels(kernels: Tensor, picture: Tensor): Tensor {
  const [, height, width, taps] = kernels.shape as number[];
  const [pictures, , , channels] = picture.shape as number[];
  const size = Math.sqrt(taps);
  const radius = (size - 1) / 2;
  const padded = tf.pad(picture, [[0, 0], [radius, radius], [radius, radius], [0, 0]]); // prettier-ignore
  const drawn = tf.split(kernels, taps, 3).map((amount, tap) => {
    const corner = [0, Math.floor(tap / size), tap % size, 0];
    return tf.mul(tf.slice(padded, corner, [pictures, height, width, channels]), amount);
  });
  return tf.addN(drawn);
}

/** From where kernels [B, h, w, k * k] draw pixels on average, relative rows and columns, [B, h, w, 2]. */
export function kernelFlow(kernels: Tensor): Tensor {
  const taps = kernels.shape[3] as number;
  const size = Math.sqrt(taps);
  const offsets = Array.from({ length: taps }, (_, tap) => [
    Math.floor(tap / size) - (size - 1) / 2,
    (tap % size) - (size - 1) / 2,
  ]).flat();
  return tf.conv2d(kernels as Tensor4D, tf.tensor4d(offsets, [1, 1, taps, 2]), 1, 'same');
}

/** The affine map that leaves everything where it is: see `affinePlaces`. */
export const STILL_AFFINE: readonly number[] = [1, 0, 0, 0, 1, 0];

/**
 * STP: from where K affine maps fetch each pixel, as differences to it in pixels, [2, B, K * h * w].
 *
 * @param affine of each map two rows (a, b, c) that take (row, column, 1) to a row and to a column, in a picture that
 *   reaches from -1 to 1 (spatial transformers, Jaderberg et al. 2015), [B, K, 6]
 */
export function affineOffsets(affine: Tensor, height: number, width: number): Tensor {
  const [batch, count] = affine.shape as number[];
  const centred = (n: number, i: number): number => (2 * i) / (n - 1) - 1;
  const cells = placesInRectangle({ height, width });
  const grid = tf.tensor2d(
    [
      ...cells.map(([row]) => centred(height, row)),
      ...cells.map(([, col]) => centred(width, col)),
      ...cells.map(() => 1),
    ],
    [3, height * width],
  );
  const moves = tf.sub(affine, tf.tensor1d([...STILL_AFFINE])).reshape([batch * count, 2, 3]);
  const pixels = tf.tensor3d([(height - 1) / 2, (width - 1) / 2], [1, 2, 1]);
  const rows = tf
    .mul(moves, pixels)
    .transpose([1, 0, 2])
    .reshape([2 * batch * count, 3]);
  return tf.matMul(rows, grid).reshape([2, batch, count * height * width]);
}

/**
 * STP: `picture` [S, h, w, C] as K maps fetch it, added up by their masks -> [B, h, w, C]. Beyond the border the
 * picture goes on as it ends.
 *
 * @param offsets see `affineOffsets`
 * @param masks [B, h, w, K]
 */
export function applyOffsets(offsets: Tensor, picture: Tensor, masks: Tensor): Tensor {
  const [batch, height, width, count] = masks.shape as number[];
  const cells = placesInRectangle({ height, width });
  const here = tf.tensor(
    [...cells.map(([row]) => row), ...cells.map(([, col]) => col)],
    [2, 1, 1, height * width],
  );
  const places = tf.add(offsets.reshape([2, batch, count, height * width]), here);
  const fetched = readBilinear(picture, places.reshape([2, batch, count * height * width]));
  const weights = masks.transpose([0, 3, 1, 2]).reshape([1, batch, count, height * width]);
  const moved = tf.sum(tf.mul(fetched.reshape([-1, batch, count, height * width]), weights), 2);
  return moved.reshape([-1, batch, height, width]).transpose([1, 2, 3, 0]);
}
