/** Where something lies on the push frame, and how far it reaches, from how much of it each cell holds. */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';

/** How many numbers describe it: its amount, centre (2) and spread (3), lengths in units of this many metres. */
export const MOMENTS = 6;
const MOMENT_M = 0.05;

/**
 * Amount, centre and spread of `mass` [R, M] over cells at `grid` [M, 2]: all as numbers near 1 [R, MOMENTS], and the
 * centres in metres [R, 2].
 */
export function momentsOf(mass: Tensor, grid: Tensor): { moments: Tensor; centre: Tensor } {
  const [u, v] = tf.split(tf.div(grid, MOMENT_M), 2, 1);
  const powers = tf.concat([tf.onesLike(u), u, v, tf.square(u), tf.mul(u, v), tf.square(v)], 1);
  const [total, first, second] = tf.split(tf.matMul(mass, powers), [1, 2, 3], 1);
  const enough = tf.add(total, 1);
  const mean = tf.div(first, enough);
  const [meanU, meanV] = tf.split(mean, 2, 1);
  const products = tf.concat([tf.square(meanU), tf.mul(meanU, meanV), tf.square(meanV)], 1);
  const spread = tf.sub(tf.div(second, enough), products);
  const amount = tf.div(total, grid.shape[0] / 8);
  return { moments: tf.concat([amount, mean, tf.mul(spread, 4)], 1), centre: tf.mul(mean, MOMENT_M) };
}
