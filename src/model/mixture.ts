/** From the network's field to how each point moves: a softmax mixture of "stands still", rigid motions and a free flow. */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';

/** Mixture logits are bounded: unbounded, "stands still" saturates and its gradient dies. */
const LOGIT_BOUND = 6;
/** Before training nothing uncovers the plate: without this the network erases what it cannot predict. */
const UNCOVER_BIAS = -6;
/** Natural size of the free flow, so that the weights start near 1, metres. */
const FLOW_M = 0.015;

/** How points of the push frame move: `flow` [2, B, M] metres to where each comes from; `uncovered` [1, B, M]. */
export interface Flow {
  readonly flow: Tensor;
  readonly uncovered: Tensor;
}

/**
 * The mixture at points of the push frame.
 *
 * @param motions how many rigid ones there are
 * @param field the network's field as read there, [C, B, M]: see `Motion.field`
 * @param rigid see `Motion.rigid`
 * @param points their (u, v), [2, B, M]
 * @param inside 1 where the network saw them and 0 outside of its square, where all stands still, [1, B, M]
 */
export function mixMotions(
  motions: number,
  field: Tensor,
  rigid: Tensor,
  points: Tensor,
  inside: Tensor,
): Flow {
  const [logits, freeFlow, uncover] = tf.split(field, [motions + 2, 2, 1], 0);
  const [, batch, count] = logits.shape as number[];
  const mixture = mixtureShares(logits.reshape([motions + 2, batch * count]), motions);
  const shares = tf.split(mixture.reshape(logits.shape), motions + 2, 0).slice(1);
  const flows = tf.split(rigid, motions, 0).map((motion) => rigidFlow(motion, points));
  const candidates = [...flows, tf.mul(freeFlow, FLOW_M)];
  const mixed = shares.map((share, k) => tf.mul(share, candidates[k])).reduce((a, b) => tf.add(a, b));
  const uncovered = tf.sigmoid(tf.add(tf.mul(tf.tanh(tf.div(uncover, 4)), 8), UNCOVER_BIAS));
  return { flow: tf.mul(mixed, inside), uncovered: tf.mul(uncovered, inside) };
}

/** Softmax [motions + 2, n] over "still", the motions and the free flow; bounded logits need no maximum subtracted. */
export function mixtureShares(logits: Tensor, motions: number): Tensor {
  const preferStill = tf.tensor2d([2, ...Array.from({ length: motions + 1 }, () => 0)], [motions + 2, 1]);
  const bounded = tf.mul(tf.tanh(tf.div(tf.add(logits, preferStill), LOGIT_BOUND)), LOGIT_BOUND);
  const exponential = tf.exp(bounded);
  return tf.div(exponential, tf.sum(exponential, 0, true));
}

/** A shift and a turn about a centre, [5, B, 1], as offsets to where points [2, B, M] come from. */
function rigidFlow(motion: Tensor, points: Tensor): Tensor {
  const [shift, turn, centre] = tf.split(motion, [2, 1, 2], 0);
  const offset = tf.sub(points, centre);
  const [u, v] = tf.split(offset, 2, 0);
  const quarter = tf.concat([tf.neg(v), u], 0);
  return tf.add(shift, tf.add(tf.mul(offset, tf.sub(tf.cos(turn), 1)), tf.mul(quarter, tf.sin(turn))));
}
