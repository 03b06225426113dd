/**
 * From a point above the table to a pixel and back. The camera is described by one 3x4 matrix, as a
 * calibration solves it from correspondences (Hartley & Zisserman, Multiple View Geometry, ch. 7), so that a
 * simulated and a measured camera look the same to everything downstream.
 */
import type { Vector3 } from './action.ts';
import type { FrameSize } from './frame.ts';
import { rescalePixel, type Pixel } from './pixel.ts';

/** A pinhole camera: rows of the 3x4 matrix, row-major, giving (col * d, row * d, d) for a frame of `size`. */
export interface Projection {
  readonly size: FrameSize;
  /** 12 numbers, row-major. */
  readonly matrix: readonly number[];
}

/** The pixel at which the camera sees `point` (metres). */
export function project(camera: Projection, point: Vector3): Pixel {
  const m = camera.matrix;
  const [x, y, z] = point;
  const depth = m[8] * x + m[9] * y + m[10] * z + m[11];
  return {
    row: (m[4] * x + m[5] * y + m[6] * z + m[7]) / depth,
    col: (m[0] * x + m[1] * y + m[2] * z + m[3]) / depth,
  };
}

/** The point at height `z` metres above the table that the camera sees at `pixel`. */
export function unproject(camera: Projection, pixel: Pixel, z: number): Vector3 {
  const m = camera.matrix;
  // (row0 - col * row2) . p = 0 and (row1 - row * row2) . p = 0 are two linear equations in x and y.
  const coefficient = (row: number, at: number, k: number): number => m[4 * row + k] - at * m[8 + k];
  const a = coefficient(0, pixel.col, 0);
  const b = coefficient(0, pixel.col, 1);
  const e = -(coefficient(0, pixel.col, 2) * z + coefficient(0, pixel.col, 3));
  const c = coefficient(1, pixel.row, 0);
  const d = coefficient(1, pixel.row, 1);
  const f = -(coefficient(1, pixel.row, 2) * z + coefficient(1, pixel.row, 3));
  const determinant = a * d - b * c;
  return [(e * d - b * f) / determinant, (a * f - e * c) / determinant, z];
}

/** The same camera, its frame scaled to another size. */
export function rescaleProjection(camera: Projection, size: FrameSize): Projection {
  const origin = rescalePixel({ row: 0, col: 0 }, camera.size, size);
  const scale = { row: size.height / camera.size.height, col: size.width / camera.size.width };
  const m = camera.matrix;
  const matrix: number[] = [];
  for (let k = 0; k < 4; k++) matrix.push(scale.col * m[k] + origin.col * m[8 + k]);
  for (let k = 0; k < 4; k++) matrix.push(scale.row * m[4 + k] + origin.row * m[8 + k]);
  for (let k = 0; k < 4; k++) matrix.push(m[8 + k]);
  return { size, matrix };
}
