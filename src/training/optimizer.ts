/** Adam (Kingma & Ba 2015) with gradient clipping by global norm, in tensor operations, so that it traces. */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Tensors } from '../compute/compute.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Weights and the two running moments of their gradients, each under the weight's name. */
export interface OptimizerState {
  readonly weights: Tensors;
  readonly first: Tensors;
  readonly second: Tensors;
}

/** Scales all gradients down together so that their norm is at most `limit`; also returns the norm, a scalar. */
export function clipByGlobalNorm(gradients: Tensors, limit: number): { clipped: Tensors; norm: Tensor } {
  const squares = Object.values(gradients).map((g) => tf.sum(tf.square(g)));
  const norm = tf.sqrt(tf.add(tf.addN(squares), 1e-12));
  const factor = tf.minimum(tf.div(limit, norm), 1);
  const clipped = Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, tf.mul(g, factor)]));
  return { clipped, norm };
}

/**
 * One update. `step` is the scalar number of this update, from 1, and `learningRate` a scalar.
 */
export function adam(
  state: OptimizerState,
  gradients: Tensors,
  step: Tensor,
  learningRate: Tensor,
): OptimizerState {
  const correction1 = tf.sub(1, tf.exp(tf.mul(step, Math.log(BETA1))));
  const correction2 = tf.sub(1, tf.exp(tf.mul(step, Math.log(BETA2))));
  const weights: Record<string, Tensor> = {};
  const first: Record<string, Tensor> = {};
  const second: Record<string, Tensor> = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    first[name] = tf.add(tf.mul(state.first[name], BETA1), tf.mul(gradient, 1 - BETA1));
    second[name] = tf.add(tf.mul(state.second[name], BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
    const direction = tf.div(
      tf.div(first[name], correction1),
      tf.add(tf.sqrt(tf.div(second[name], correction2)), EPSILON),
    );
    weights[name] = tf.sub(state.weights[name], tf.mul(direction, learningRate));
  }
  return { weights, first, second };
}
