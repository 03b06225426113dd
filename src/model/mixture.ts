/** From the network's numbers to how each point moves: a softmax mixture of "stands still", rigid motions and a free flow. */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';

/** Mixture logits are bounded: unbounded, "stands still" saturates and its gradient dies. */
const LOGIT_BOUND = 6;
/** Before training "stands still" comes before each of the other motions. */
const PREFER_STILL = 2;
/** Before training nothing uncovers the plate: without this the network erases what it cannot predict. */
const UNCOVER_BIAS = -6;
/** How far the network's number can shift that logit, which is bounded too; and where the bound sets in. */
const UNCOVER_BOUND = 8;
const UNCOVER_BEND = 4;
/** Natural size of the free flow, so that the weights start near 1, metres. */
const FLOW_M = 0.015;

/** How many numbers the network gives a cell: see `mixtureOf`. */
export const rawChannels = (motions: number): number => motions + 5;

/**
 * What the network's numbers of n cells mean: planes [motions + 5, n] of mixture logits (still, motions, free), the free
 * flow (2) and the logit of "uncovered" -> [motions + 4, n], the shares of each motion and of the free flow, that flow
 * in metres, and how much of the plate is uncovered. The share of standing still is what is left to 1.
 */
export function mixtureOf(raw: Tensor, motions: number): Tensor {
  const [logits, freeFlow, uncover] = tf.split(raw, [motions + 2, 2, 1], 0);
  const bounded = tf.mul(tf.tanh(tf.div(uncover, UNCOVER_BEND)), UNCOVER_BOUND);
  const uncovered = tf.sigmoid(tf.add(bounded, UNCOVER_BIAS));
  const shares = tf.slice(mixtureShares(logits, motions), [1, 0], [motions + 1, -1]);
  return tf.concat([shares, tf.mul(freeFlow, FLOW_M), uncovered], 0);
}

/** How points of the push frame move: `flow` [2, B, M] metres to where each comes from; `uncovered` [1, B, M]. */
export interface Flow {
  readonly flow: Tensor;
  readonly uncovered: Tensor;
}

/**
 * The mixture at points of the push frame.
 *
 * @param motions how many rigid ones there are
 * @param field the mixture as read there, [motions + 4, B, M]: see `mixtureOf`
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
  const [shares, freeFlow, uncovered] = tf.split(field, [motions + 1, 2, 1], 0);
  const flows = tf.split(rigid, motions, 0).map((motion) => rigidFlow(motion, points));
  const candidates = [...flows, freeFlow];
  const mixed = tf
    .split(shares, motions + 1, 0)
    .map((share, k) => tf.mul(share, candidates[k]))
    .reduce((a, b) => tf.add(a, b));
  return { flow: tf.mul(mixed, inside), uncovered: tf.mul(uncovered, inside) };
}

/** Softmax [motions + 2, n] over "still", the motions and the free flow; bounded logits need no maximum subtracted. */
function mixtureShares(logits: Tensor, motions: number): Tensor {
  const preferences = [PREFER_STILL, ...Array<number>(motions + 1).fill(0)];
  const preferStill = tf.tensor2d(preferences, [motions + 2, 1]);
  const bounded = tf.mul(tf.tanh(tf.div(tf.add(logits, preferStill), LOGIT_BOUND)), LOGIT_BOUND);
  const exponential = tf.exp(bounded);
  // Long rows are added up much faster than columns of four.
  const total = tf.addN(tf.split(exponential, motions + 2, 0));
  return tf.div(exponential, total);
}

/** A shift and a turn about a centre, [5, B, 1], as offsets to where points [2, B, M] come from. */
function rigidFlow(motion: Tensor, points: Tensor): Tensor {
  const [shift, turn, centre] = tf.split(motion, [2, 1, 2], 0);
  const offset = tf.sub(points, centre);
  const [u, v] = tf.split(offset, 2, 0);
  const quarter = tf.concat([tf.neg(v), u], 0);
  return tf.add(shift, tf.add(tf.mul(offset, tf.sub(tf.cos(turn), 1)), tf.mul(quarter, tf.sin(turn))));
}
