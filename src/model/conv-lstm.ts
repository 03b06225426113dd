/** The convolutional LSTM cell (Shi et al. 2015) and layer normalisation (Ba et al. 2016), on pictures. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';

/** What a cell carries from step to step, each [B, h, w, C]. */
export interface CellState {
  /** What the cell says; the next step's convolution sees it again. */
  readonly hidden: Tensor;
  readonly memory: Tensor;
}

/** Added to the forget gate: a new cell remembers (Jozefowicz et al. 2015). */
const FORGET_BIAS = 1;

/**
 * One step of a cell. Four gates come out of one convolution over what is seen and what was said last: how much
 * is let in, what, how much is kept, how much is said.
 *
 * @param seen [B, h, w, D]
 * @param filter [k, k, D + C, 4C]
 * @param bias [4C]
 */
export function convLstm(seen: Tensor, state: CellState, filter: Tensor, bias: Tensor): CellState {
  const both = tf.concat([seen, state.hidden], 3);
  const gates = tf.add(tf.conv2d(both as Tensor4D, filter as Tensor4D, 1, 'same'), bias);
  const [input, update, forget, output] = tf.split(gates, 4, 3);
  const kept = tf.mul(state.memory, tf.sigmoid(tf.add(forget, FORGET_BIAS)));
  const memory = tf.add(kept, tf.mul(tf.sigmoid(input), tf.tanh(update)));
  return { memory, hidden: tf.mul(tf.tanh(memory), tf.sigmoid(output)) };
}

/** Keeps the deviation of a picture of one colour from being 0. */
const EPSILON = 1e-5;

/** Each picture [B, h, w, C] with mean 0 and deviation 1 over all it has, then scaled and shifted by channel, [C]. */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor): Tensor {
  const centred = tf.sub(x, tf.mean(x, [1, 2, 3], true));
  const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centred), [1, 2, 3], true), EPSILON));
  return tf.add(tf.mul(tf.div(centred, deviation), gain), bias);
}
