/**
 * Designated pixels as probability over the frame, and what is read off them (Finn & Levine 2017).
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { FrameSize } from '../spec/frame.ts';
import { rescalePixel } from '../spec/pixel.ts';
import { placesInRectangle } from './layout.ts';

/** Width of the blob a designated pixel starts as, pixels: a broad one mixes table into the object. */
const BLOB_PX = 1.2;

/** Where on a frame the cells of a grid have their middles (row, col), [h' * w', 2]. */
export function gridCells(grid: FrameSize, frame: FrameSize): Tensor {
  const values: number[] = [];
  for (const [i, j] of placesInRectangle(grid)) {
    const { row, col } = rescalePixel({ row: i, col: j }, grid, frame);
    values.push(row, col);
  }
  return tf.tensor2d(values, [grid.height * grid.width, 2]);
}

/** Distance in pixels from each cell [M, 2] to each of `pixels` [B, P, 2] -> [B, M, P]. */
export function cellDistances(cells: Tensor, pixels: Tensor): Tensor {
  const [batch, count] = pixels.shape;
  const offset = tf.sub(cells.reshape([1, cells.shape[0], 1, 2]), pixels.reshape([batch, 1, count, 2]));
  return tf.sqrt(tf.add(tf.sum(tf.square(offset), 3), 1e-6));
}

/** Distributions around designated pixels [B, P, 2] of a frame: Gaussian blobs, [B, h, w, P], each summing to 1. */
export function pixelBlobs(pixels: Tensor, frame: FrameSize): Tensor {
  const [batch, count] = pixels.shape;
  const distance = cellDistances(gridCells(frame, frame), pixels);
  const blob = tf.exp(tf.mul(tf.square(distance), -0.5 / (BLOB_PX * BLOB_PX)));
  const sum = tf.add(tf.sum(blob, 1, true), 1e-9);
  return tf.div(blob, sum).reshape([batch, frame.height, frame.width, count]);
}

/** What is read off distributions known up to a factor, [B, h', w', P]: the mean of `values` [1 or P, h' * w', K] -> [B, P, K]. */
export function expectations(distribution: Tensor, values: Tensor): Tensor {
  const [batch, height, width, points] = distribution.shape as number[];
  const [, cells, count] = values.shape as number[];
  const shares = distribution.reshape([batch, height * width, points]).transpose([2, 0, 1]);
  const ofEach = tf.concat([values, tf.ones([values.shape[0], cells, 1])], 2);
  // One product for all of them and for what they have to be divided by.
  const sums = tf.matMul(shares, values.shape[0] === points ? ofEach : tf.tile(ofEach, [points, 1, 1]));
  const [weighted, total] = tf.split(sums, [count, 1], 2);
  return tf.div(weighted, total).transpose([1, 0, 2]);
}

/** Means of distributions [B, h', w', P] over a frame -> (row, col) [B, P, 2]. */
export function expectedPixels(distribution: Tensor, frame: FrameSize): Tensor {
  const [, height, width] = distribution.shape as number[];
  return expectations(distribution, gridCells({ height, width }, frame).expandDims(0));
}

/** Distributions [B, h', w', P] that sum to 1. */
export function normalised(distribution: Tensor): Tensor {
  return tf.div(distribution, tf.sum(distribution, [1, 2], true));
}
