/** How the costs of candidates change with their actions: backpropagation through predictor and cost. */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Tensors } from '../compute/compute.ts';
import type { Predictor, Weights } from '../model/predictor.ts';
import { rolloutCosts, type CostConfig } from './rollout.ts';

/**
 * Costs and their gradients: inputs as `rolloutCosts`. Outputs `costs` [N] and `gradients` [N, T, 3], pixels of cost
 * a unit of action.
 *
 * The gradient is of one smooth piece of a cost that jumps: the default predictor looks at the picture at whole
 * pixels and takes a cut of it at a whole pixel, and `objectAt` reads nearest pixels. What an action changes by
 * moving over such an edge is not in it. Nor is what an earlier push changes about the picture that later ones
 * look at: see `step` in model/rigid.ts.
 */
export function rolloutGradients(
  predictor: Predictor,
  weights: Weights,
  config: CostConfig,
  inputs: Tensors,
): Tensors {
  const costsOf = (candidates: Tensor): Tensor =>
    rolloutCosts(predictor, weights, config, { ...inputs, candidates }).costs;
  // A cost depends on its own candidate alone: the gradient of their sum holds the gradient of each.
  const ones = tf.ones([inputs.candidates.shape[0]]);
  const { value, grad } = tf.valueAndGrad(costsOf)(inputs.candidates, ones);
  return { costs: value, gradients: grad };
}
