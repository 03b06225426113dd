/** Pictures, planes and rows: the same numbers, laid out for the work at hand; and what a pointer field begins with. */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { FrameSize } from '../spec/frame.ts';

/** A picture [B, h, w, C] as planes [C, B, h * w]. */
export function planesOf(picture: Tensor): Tensor {
  const [batch, height, width, channels] = picture.shape as number[];
  return picture
    .reshape([batch * height * width, channels])
    .transpose([1, 0])
    .reshape([channels, batch, -1]);
}

/** Planes [C, B, h * w] as a picture [B, h, w, C]. */
export function pictureOf(planes: Tensor, { height, width }: FrameSize): Tensor {
  const [channels, batch] = planes.shape as number[];
  return planes.reshape([channels, -1]).transpose([1, 0]).reshape([batch, height, width, channels]);
}

/** Rows [B * M, C] as planes [C, B, M]. */
export function planesOfRows(rows: Tensor, batch: number): Tensor {
  const [count, channels] = rows.shape as number[];
  return rows.transpose([1, 0]).reshape([channels, batch, count / batch]);
}

/** (row, col) of every place in a square, row by row. */
export function placesInSquare(side: number): (readonly [number, number])[] {
  return Array.from({ length: side * side }, (_, m) => [Math.floor(m / side), m % side] as const);
}

/** Every pixel shows itself, [1, h, w, 3]. */
export function identityPointers({ height, width }: FrameSize): Tensor {
  const values = new Float32Array(height * width * 3);
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) values.set([row, col, 1], 3 * (row * width + col));
  }
  return tf.tensor4d(values, [1, height, width, 3]);
}
