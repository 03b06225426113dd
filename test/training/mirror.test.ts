import { expect, it } from 'vitest';
import { project } from '../../src/spec/projection.ts';
import { mirrorWindows } from '../../src/training/mirror.ts';

const size = { height: 2, width: 3 };
const matrix = [2, 0, 1, 0.5, 0, -2, 1, 1, 0.1, 0.2, -0.3, 1];

function batch() {
  const ramp = (shape: number[]) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  });
  return {
    frames: ramp([2, 1, 2, 3, 3]),
    armMask: ramp([2, 1, 2, 3, 1]),
    plate: ramp([2, 2, 3, 3]),
    camera: { shape: [2, 12], data: Float32Array.from([...matrix, ...matrix]) },
  };
}

it('flips the columns of the first windows and leaves the others alone', () => {
  const flipped = batch();
  mirrorWindows(flipped, 1);
  expect([...flipped.armMask.data]).toEqual([2, 1, 0, 5, 4, 3, 6, 7, 8, 9, 10, 11]);
  expect([...flipped.plate.data.subarray(0, 9)]).toEqual([6, 7, 8, 3, 4, 5, 0, 1, 2]);
  expect([...flipped.frames.data.subarray(18)]).toEqual([...batch().frames.data.subarray(18)]);
});

it('mirrors the projection with the picture: a point keeps its row and lands in the mirrored column', () => {
  const flipped = batch();
  mirrorWindows(flipped, 1);
  const point = [0.2, -0.1, 0.03] as const;
  const before = project({ size, matrix }, point);
  const after = project({ size, matrix: [...flipped.camera.data.subarray(0, 12)] }, point);
  expect(after.row).toBeCloseTo(before.row, 5);
  expect(after.col).toBeCloseTo(size.width - 1 - before.col, 5);
});

it('is its own inverse', () => {
  const twice = batch();
  mirrorWindows(twice, 2);
  mirrorWindows(twice, 2);
  expect([...twice.frames.data]).toEqual([...batch().frames.data]);
  twice.camera.data.forEach((value, i) => expect(value).toBeCloseTo(matrix[i % 12], 5));
});
