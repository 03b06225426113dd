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
