import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import {
  depthToSpace,
  everyNth,
  gatherRows,
  nearestPixels,
  readBilinear,
  readNearest,
  replaceRows,
  withoutGradient,
} from '../../src/model/ops.ts';

const numbers = (x: Tensor): number[] => [...x.dataSync()];
const index = tf.tensor1d([2, 0, 2], 'int32');
const matrix = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);

it('gathers rows, and its gradient adds into rows that were read twice', () => {
  expect(numbers(gatherRows(matrix, index))).toEqual([5, 6, 1, 2, 5, 6]);
  const weight = tf.tensor2d([1, 1, 10, 10, 100, 100], [3, 2]);
  const gradient = tf.grad((x) => tf.sum(tf.mul(gatherRows(x as Tensor2D, index), weight)))(matrix);
  expect(numbers(gradient)).toEqual([10, 10, 0, 0, 101, 101]);
});

it('replaces rows, and its gradient goes to what is still there', () => {
  const at = tf.tensor1d([1], 'int32');
  const rows = tf.tensor2d([[7, 8]]);
  expect(numbers(replaceRows(matrix, rows, at))).toEqual([1, 2, 7, 8, 5, 6]);
  const weight = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
  const [ofMatrix, ofRows] = tf.grads((m, r) =>
    tf.sum(tf.mul(replaceRows(m as Tensor2D, r as Tensor2D, at), weight)),
  )([matrix, rows]);
  expect(numbers(ofMatrix)).toEqual([1, 2, 0, 0, 5, 6]);
  expect(numbers(ofRows)).toEqual([3, 4]);
});

// A plane 10 * row + col is read back exactly between its pixels by bilinear interpolation.
const plane = tf.tensor4d(
  Array.from({ length: 12 }, (_, i) => 10 * Math.floor(i / 4) + (i % 4)),
  [1, 3, 4, 1],
);

it('reads between pixels, and clamps to the border', () => {
  const places = tf.tensor3d([[[0.5, 2, -5]], [[1.25, 3, 99]]]); // rows, then columns
  expect(numbers(readBilinear(plane, places))).toEqual([6.25, 23, 3]);
});

it('reads one shared picture for a whole batch, and each its own otherwise', () => {
  const places = tf.tensor3d([[[1], [2]], [[1], [2]]]); // prettier-ignore
  expect(numbers(readBilinear(plane, places))).toEqual([11, 22]);
  const own = tf.concat([plane, tf.add(plane, 100)], 0);
  expect(numbers(readBilinear(own, places))).toEqual([11, 122]);
});

it('gives the channels one after the other', () => {
  const two = tf.concat([plane, tf.neg(plane)], 3);
  const read = readBilinear(two, tf.tensor3d([[[1, 2]], [[1, 2]]])); // prettier-ignore
  expect(read.shape).toEqual([2, 1, 2]);
  expect(numbers(read)).toEqual([11, 22, -11, -22]);
});

it('has the slopes of the picture as its gradient', () => {
  const points = tf.tensor3d([[[0.5]], [[1.25]]]); // prettier-ignore
  const [ofPicture, ofPoints] = tf.grads((picture, at) => tf.sum(readBilinear(picture, at)))([plane, points]);
  const slopes = numbers(ofPoints);
  expect(slopes[0]).toBeCloseTo(10, 5);
  expect(slopes[1]).toBeCloseTo(1, 5);
  expect(numbers(ofPicture)).toEqual([0, 0.375, 0.125, 0, 0, 0.375, 0.125, 0, 0, 0, 0, 0]);
});

it('reads the nearest pixel whole, and clamps to the border', () => {
  const places = tf.tensor3d([[[0.6, 1.4, -5]], [[1.3, 2.8, 99]]]); // rows, then columns
  expect(numbers(readNearest(plane, places))).toEqual([11, 13, 3]);
  expect(numbers(nearestPixels(places, 3, 4))).toEqual([1, 1, 0, 1, 3, 3]);
});

it('reads the nearest pixels of one shared picture or each of its own, channel after channel', () => {
  const places = tf.tensor3d([[[1], [2]], [[1], [2]]]); // prettier-ignore
  const two = tf.concat([plane, tf.neg(plane)], 3);
  expect(readNearest(two, places).shape).toEqual([2, 2, 1]);
  expect(numbers(readNearest(two, places))).toEqual([11, 22, -11, -22]);
  const own = tf.concat([plane, tf.add(plane, 100)], 0);
  expect(numbers(readNearest(own, places))).toEqual([11, 122]);
});

it('the gradient of a nearest read goes to the pixels that were read, twice to one read twice', () => {
  const places = tf.tensor3d([[[0.6, 0.9, 2]], [[1.3, 1, 3]]]); // prettier-ignore
  const weight = tf.tensor3d([[[1, 10, 100]]]);
  const gradient = tf.grad((picture) => tf.sum(tf.mul(readNearest(picture, places), weight)))(plane);
  expect(numbers(gradient)).toEqual([0, 0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 100]);
});

it('without gradient a part counts as it is: the gradient is that of the rest alone', () => {
  const x = tf.tensor1d([2, 3]);
  const anchor = tf.zeros([1]);
  const cubed = (y: Tensor): Tensor =>
    tf.mul(
      y,
      withoutGradient(anchor, () => tf.square(y)),
    );
  expect(numbers(cubed(x))).toEqual([8, 27]);
  const gradient = tf.grad((y) => tf.sum(cubed(y)))(x);
  expect(numbers(gradient)).toEqual([4, 9]); // x squared, not three times that
});

it('every second pixel of every second row, and the gradient goes to those alone', () => {
  const picture = tf.tensor4d(Array.from({ length: 16 }, (_, i) => i), [1, 2, 4, 2]); // prettier-ignore
  expect(everyNth(picture, 2).shape).toEqual([1, 1, 2, 2]);
  expect(numbers(everyNth(picture, 2))).toEqual([0, 1, 4, 5]);
  const weight = tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]);
  const gradient = tf.grad((x) => tf.sum(tf.mul(everyNth(x, 2), weight)))(picture);
  expect(numbers(gradient)).toEqual([1, 2, 0, 0, 3, 4, 0, 0, ...new Array<number>(8).fill(0)]);
});

it('depth to space makes a 2x2 block of each pixel', () => {
  const picture = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]);
  expect(numbers(depthToSpace(picture))).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
});
