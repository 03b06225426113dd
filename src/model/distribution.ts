/**
 * Designated pixels as probability over the frame, and what is read off them (Finn & Levine 2017).
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { FrameSize } from '../spec/frame.ts';

/** Width of the blob a designated pixel starts as, pixels: a broad one mixes table into the object. */
const BLOB_PX = 1.2;

/** Pixel centres (row, col) of a grid of `grid` cells laid over a frame from its top left pixel, [h' * w', 2]. */
export function gridCells(grid: FrameSize, frame: FrameSize): Tensor {
  const values: number[] = [];
  for (let row = 0; row < grid.height; row++) {
    for (let col = 0; col < grid.width; col++) {
      values.push((row * frame.height) / grid.height, (col * frame.width) / grid.width);
    }
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

/** Mean of distributions [B, h', w', P] over a frame -> (row, col) [B, P, 2]. */
export function expectedPixels(distribution: Tensor, frame: FrameSize): Tensor {
  const [batch, height, width, count] = distribution.shape;
  const cells = gridCells({ height, width }, frame).reshape([1, height * width, 1, 2]);
  return tf.sum(tf.mul(distribution.reshape([batch, height * width, count, 1]), cells), 1);
}
