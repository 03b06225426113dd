/** Pictures, planes and rows: the same numbers, laid out for the work at hand. */
import type { Tensor } from '@tensorflow/tfjs';
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

/** (row, col) of every place in a rectangle, row by row. */
export function placesInRectangle({ height, width }: FrameSize): (readonly [number, number])[] {
  return Array.from({ length: height * width }, (_, m) => [Math.floor(m / width), m % width] as const);
}

/** The same of a square. */
export function placesInSquare(side: number): (readonly [number, number])[] {
  return placesInRectangle({ height: side, width: side });
}
