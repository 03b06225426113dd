/**
 * What training minimises: how differently the predicted scene and the seen one look, arm left out, where a
 * step may have changed something.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Tensors } from '../compute/compute.ts';
import type { Predictor, Weights } from '../model/predictor.ts';

export interface ObjectiveConfig {
  /** Extra weight of pixels that differ from the context frame. */
  readonly movedWeight: number;
  /** A pixel has moved when a colour differs by more than this (0..1). */
  readonly movedThreshold: number;
  /** Weight of the same loss on pictures smoothed over 3 and over 5 pixels. */
  readonly coarseWeight: number;
}

export const OBJECTIVE_DEFAULTS: ObjectiveConfig = {
  movedWeight: 4,
  movedThreshold: 0.08,
  coarseWeight: 0.5,
};

/** Keeps the weights' sum above zero where the arm covers everything. */
const LEAST_WEIGHT = 1e-3;

/**
 * Mean absolute error of T predicted steps, weighted by motion, at three scales.
 *
 * @param batch frames [B, T+1, h, w, 3], armMask [B, T+1, h, w, 1], plate [B, h, w, 3], tips [B, T+1, 3],
 *   actions [B, T, 3], camera [B, 12]
 * @returns a scalar
 */
export function predictionLoss(
  predictor: Predictor,
  weights: Weights,
  config: ObjectiveConfig,
  batch: Tensors,
): Tensor {
  const horizon = batch.actions.shape[1] as number;
  const moment = (tensor: Tensor, t: number): Tensor => {
    const begin = tensor.shape.map((_, d) => (d === 1 ? t : 0));
    const size = tensor.shape.map((n, d) => (d === 1 ? 1 : n));
    return tf.slice(tensor, begin, size).squeeze([1]);
  };
  const frame = moment(batch.frames, 0);
  const armMask = moment(batch.armMask, 0);
  const { plate, camera } = batch;
  let latent = predictor.encode(weights, { frame, armMask, plate, camera, tip: moment(batch.tips, 0) });
  const before = tf.add(frame, tf.mul(tf.sub(plate, frame), armMask));

  const losses: Tensor[] = [];
  for (let t = 0; t < horizon; t++) {
    latent = predictor.step(weights, latent, moment(batch.actions, t));
    const { painted, index } = predictor.change(latent);
    const seen = moment(batch.frames, t + 1);
    const moved = tf.step(tf.sub(tf.max(tf.abs(tf.sub(seen, before)), 3, true), config.movedThreshold));
    const visible = tf.sub(1, moment(batch.armMask, t + 1));
    const weight = tf.add(tf.mul(tf.add(1, tf.mul(moved, config.movedWeight)), visible), LEAST_WEIGHT);
    const target = take(tf.concat([seen, weight], 3), index, painted.shape);
    losses.push(pyramidLoss(painted, target, config.coarseWeight));
  }
  return tf.div(tf.addN(losses), horizon);
}

/** The rows of `full` [B, h, w, C] at `index`, shaped like the painted part. */
function take(full: Tensor, index: Tensor | null, like: readonly number[]): Tensor {
  if (index === null) return full;
  const channels = full.shape[3] as number;
  const flat = full.reshape([-1, channels]) as Tensor2D;
  return tf.gather(flat, index as Tensor1D).reshape([like[0], like[1], like[2], channels]);
}

/** Weighted L1 at full resolution and on two smoothed, smaller pictures. `target` carries the weight last. */
function pyramidLoss(painted: Tensor, target: Tensor, coarseWeight: number): Tensor {
  const pool = (x: Tensor, side: number, stride: number): Tensor =>
    tf.avgPool(x as Tensor4D, side, stride, 'same');
  const level = (p: Tensor, t: Tensor): Tensor => {
    const [colours, weight] = tf.split(t, [3, 1], 3);
    const total = tf.sum(tf.mul(tf.abs(tf.sub(p, colours)), weight));
    return tf.div(total, tf.mul(tf.sum(weight), 3));
  };
  const fine = level(painted, target);
  const middle = level(pool(painted, 3, 2), pool(target, 3, 2));
  const coarse = level(pool(painted, 5, 4), pool(target, 5, 4));
  return tf.add(fine, tf.mul(tf.add(middle, coarse), coarseWeight));
}
