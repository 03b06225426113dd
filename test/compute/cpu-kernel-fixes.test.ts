import type * as tfjs from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';

// A predictor's step changed the latent it started from: each candidate began where the last one ended.
it('tensorScatterUpdate on the CPU leaves its input alone', async () => {
  await tf.setBackend('cpu');
  const before = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
  const after = tf.tensorScatterUpdate(before, tf.tensor2d([[1]], [1, 1], 'int32'), tf.tensor2d([[9, 9]]));
  expect([...after.dataSync()]).toEqual([1, 2, 9, 9, 5, 6]);
  expect([...before.dataSync()]).toEqual([1, 2, 3, 4, 5, 6]);
});

it('the gradient of a padded average pool adds up to what flowed in', async () => {
  await tf.setBackend('cpu');
  const pool = (x: tfjs.Tensor): tfjs.Tensor => tf.sum(tf.avgPool(x as tfjs.Tensor4D, 3, 2, 'same'));
  const gradient = tf.grad(pool)(tf.ones([1, 5, 4, 1]));
  // 3 x 2 windows, each passing on 1 in whole.
  expect(tf.sum(gradient).dataSync()[0]).toBeCloseTo(6, 5);
});
