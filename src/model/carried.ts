/**
 * Carries distributions of designated pixels along a pointer field. A pixel's chance of showing the point is that of the
 * pixel of the context frame which it shows; only the pixels of the last step's cut have to be asked anew.
 */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { FrameSize } from '../spec/frame.ts';
import { placesInSquare, planesOf, planesOfRows } from './layout.ts';
import { blockStarts, everySecond, gatherRows, readBilinear, replaceRows } from './ops.ts';
import type { Latent, Predictor } from './predictor.ts';

/** Every pixel keeps this much probability, so that a lost designated pixel is "anywhere", not 0/0. */
const DISTRIBUTION_FLOOR = 1e-7;

export interface PointerSizes {
  readonly frame: FrameSize;
  /** Half of the frame. */
  readonly distribution: FrameSize;
  /** Side of the square of pixels that a step may change. */
  readonly cut: number;
}

/** `Predictor.carry` for latents with `pointers` [B, h, w, 3] and the `origin` [B, 2] of the cut that changed last. */
export function carryThroughPointers({ frame, distribution, cut }: PointerSizes): Predictor['carry'] {
  const pixels = frame.height * frame.width;
  const cells = distribution.height * distribution.width;
  const cellsInCut = placesInSquare(cut / 2);

  return ({ first, kept }, latent) => {
    const batch = latent.pointers.shape[0];
    const points = first.shape[3] as number;
    // Only the cut has changed since the last step.
    const rows = kept
      ? replaceRows(
          kept as Tensor2D,
          carriedRows(first, planesOfRows(pointersInCut(latent), batch)),
          cellIndex(latent.origin),
        )
      : carriedRows(first, planesOf(everySecond(latent.pointers)));
    const all = rows.reshape([batch, cells, points]);
    const now = tf.div(all, tf.sum(all, 1, true));
    return { first, kept: rows, now: now.reshape([batch, distribution.height, distribution.width, points]) };
  };

  /** What pointers [3, B, M] say of where the points are, not yet summing to 1, as rows [B * M, P]. */
  function carriedRows(first: Tensor, pointers: Tensor): Tensor2D {
    const [place, visible] = tf.split(pointers, [2, 1], 0);
    const read = tf.add(tf.mul(readBilinear(first, place), visible), DISTRIBUTION_FLOOR);
    return read.reshape([read.shape[0], -1]).transpose<Tensor2D>([1, 0]);
  }

  /** The pointers of every second pixel of every second row of the cut, those of the distributions' cells. */
  function pointersInCut(latent: Latent): Tensor {
    const batch = latent.pointers.shape[0];
    const flat = latent.pointers.reshape<Tensor2D>([batch * pixels, 3]);
    return gatherRows(flat, cellIndex(latent.origin, 2));
  }

  /**
   * The distributions' cells that lie in the cut, int32 [B * (cut / 2)^2]: rows of flattened distributions, or with
   * `stride` 2 those of the flattened frames whose pixels they are.
   */
  function cellIndex(origin: Tensor, stride = 1): Tensor1D {
    const batch = origin.shape[0];
    const across = stride === 1 ? distribution.width : stride * frame.width;
    const block = stride === 1 ? cells : pixels;
    const [row, col] = tf.split(tf.cast(tf.floor(tf.div(tf.add(origin, 1), 2)), 'int32'), 2, 1);
    const inside = cellsInCut.map(([i, j]) => i * across + j * stride);
    const start = tf.add(tf.mul(row, tf.scalar(across, 'int32')), tf.mul(col, tf.scalar(stride, 'int32')));
    return tf
      .add(start.add(blockStarts(batch, block, false)), tf.tensor2d(inside, [1, inside.length], 'int32'))
      .reshape([batch * inside.length]);
  }
}
