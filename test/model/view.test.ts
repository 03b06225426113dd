import { expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { blend, blockOrder, blockPicture, blocksOf } from '../../src/model/view.ts';

const cut = 4;
const order = blockOrder(cut);

it('block order visits every pixel of the cut once, the top left ones of the blocks first', () => {
  expect(order.slice(0, 5)).toEqual([
    [0, 0],
    [0, 2],
    [2, 0],
    [2, 2],
    [0, 1],
  ]);
  expect(new Set(order.map(([row, col]) => row * cut + col)).size).toBe(cut * cut);
});

it('planes in block order are the channels of a picture of half the size', () => {
  // Two channels, 100 * channel + 10 * row + col, so that every number tells where it came from.
  const values = [0, 1].flatMap((c) => order.map(([row, col]) => 100 * c + 10 * row + col));
  const planes = tf.tensor3d(values, [2, 1, cut * cut]);
  const picture = blockPicture(blocksOf(planes), cut / 2);
  expect(picture.shape).toEqual([1, 2, 2, 8]);
  // The block at row 1, column 0: its four pixels in turn, both channels of each.
  expect([...picture.slice([0, 1, 0, 0], [1, 1, 1, 8]).dataSync()]).toEqual([
    20, 120, 21, 121, 30, 130, 31, 131,
  ]);
});

it('blends the scene over the plate', () => {
  const blended = blend(tf.tensor1d([1, 1, 1]), tf.tensor1d([0, 0, 0.5]), tf.tensor1d([1, 0.25, 0]));
  expect([...blended.dataSync()]).toEqual([1, 0.25, 0.5]);
});
