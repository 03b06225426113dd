/** How the square that a network sees is laid out: in blocks of 2x2 cells, so that half of its size is no work. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import { planesOfRows } from './layout.ts';
import { gatherRows, nearestPixels, rowsOfBatch } from './ops.ts';

/** The scene where it is visible, the plate elsewhere. */
export function blend(colours: Tensor, plate: Tensor, visible: Tensor): Tensor {
  return tf.add(plate, tf.mul(tf.sub(colours, plate), visible));
}

/**
 * The pixels (row, column) of a square, 2x2 blocks apart: first every block's top left pixel, then the top right ones,
 * and so on. In this order a square is the channels of a picture of half its size without moving data.
 */
export function blockOrder(side: number): (readonly [number, number])[] {
  const half = side / 2;
  const order: (readonly [number, number])[] = [];
  for (const [down, right] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]) {
    for (let i = 0; i < half; i++) {
      for (let j = 0; j < half; j++) order.push([2 * i + down, 2 * j + right]);
    }
  }
  return order;
}

/**
 * The cells (row, column) of a square, block of 2x2 by block: as they lie in a picture of half its size with the four of a
 * block for channels.
 */
export function cellOrder(side: number): (readonly [number, number])[] {
  const half = side / 2;
  return Array.from({ length: side * side }, (_, m) => {
    const [block, within] = [Math.floor(m / 4), m % 4];
    return [2 * Math.floor(block / half) + (within >> 1), 2 * (block % half) + (within & 1)] as const;
  });
}

/** A picture of half the size, [B, side/2, side/2, 4C], as its cells in `cellOrder`, [B, side * side, C]. */
export function cellRows(picture: Tensor): Tensor {
  const [batch, height, width, channels] = picture.shape as number[];
  return picture.reshape([batch, 4 * height * width, channels / 4]);
}

/** The cells in `cellOrder` nearest to `places` [2, B, M] (rows, columns) of a square, int32 [B, M]. */
export function nearestCells(side: number, places: Tensor): Tensor {
  const nearest = nearestPixels(places, side, side);
  const block = tf.floor(tf.div(nearest, 2));
  const [blockRow, blockCol] = tf.split(block, 2, 0);
  const [down, right] = tf.split(tf.sub(nearest, tf.mul(block, 2)), 2, 0);
  // Blocks row by row, four cells each: 4 (row side / 2 + col) + 2 down + right.
  const inside = tf.add(
    tf.add(tf.mul(blockRow, 2 * side), tf.mul(blockCol, 4)),
    tf.add(tf.mul(down, 2), right),
  );
  return tf.cast(inside.squeeze([0]), 'int32');
}

/** Reads planes of cells [C, B, side * side] at `rows` [B, M] -> [C, B, M]. */
export function readCells(cells: Tensor, rows: Tensor): Tensor {
  const [channels, batch, count] = cells.shape as number[];
  const flat = cells.reshape([channels, batch * count]).transpose<Tensor2D>([1, 0]);
  return planesOfRows(gatherRows(flat, rowsOfBatch(rows, count)), batch);
}

/** Planes of a cut in block order [C, B, M] as those of a picture of half the size, block by block, [B, 4C, M / 4]. */
export function blocksOf(planes: Tensor): Tensor {
  const [channels, batch, count] = planes.shape as number[];
  return planes
    .reshape([channels, batch, 4, count / 4])
    .transpose([1, 2, 0, 3])
    .reshape([batch, 4 * channels, count / 4]);
}

/** Those of `blocksOf` as a picture, [B, side, side, 4C]. */
export function blockPicture(blocks: Tensor, side: number): Tensor {
  const [batch, channels] = blocks.shape;
  return blocks.reshape([batch, channels, side, side]).transpose([0, 2, 3, 1]);
}
