import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';

/** The scene where it is visible, the plate elsewhere. */
export function blend(colours: Tensor, plate: Tensor, visible: Tensor): Tensor {
  return tf.add(plate, tf.mul(tf.sub(colours, plate), visible));
}

/**
 * The pixels (row, column) of a square cut, 2x2 blocks apart: first every block's top left pixel, then the top
 * right ones, and so on. In this order a cut is the channels of a picture of half its size without moving data.
 */
export function blockOrder(cut: number): (readonly [number, number])[] {
  const half = cut / 2;
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

/** Planes of a cut in block order [C, B, M] as a picture of half the size, [B, cut/2, cut/2, 4C]. */
export function blocksToPicture(planes: Tensor, cut: number): Tensor {
  const [channels, batch] = planes.shape;
  const half = cut / 2;
  return planes
    .reshape([channels, batch, 4, half * half])
    .transpose([1, 2, 0, 3])
    .reshape([batch, 4 * channels, half, half])
    .transpose([0, 2, 3, 1]);
}
