/**
 * Predictor, cost and horizon as tfjs functions that compile into one executable each: candidates in, costs
 * out. Returning N numbers instead of N x T frames is what makes planning from pixels quick.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Tensors } from '../compute/compute.ts';
import { cellDistances, expectedPixels, gridCells, pixelBlobs } from '../model/distribution.ts';
import { gripperStep } from '../model/gripper.ts';
import type { Latent, PixelDistributions, Predictor, Weights } from '../model/predictor.ts';

/** How a rollout is judged. */
export interface CostConfig {
  /** How many times the last step counts (Ebert et al. 2017 use 10). */
  readonly lastStepWeight: number;
  /** Pixels of cost a pixel that the gripper stays away from the designated pixel, beyond `nearPx`. */
  readonly approachWeight: number;
  readonly nearPx: number;
  /** Pixels of cost for moving at full speed all the time. */
  readonly effortWeight: number;
  /** Height at which the gripper touches objects, metres; being above it counts as being away. */
  readonly contactHeightM: number;
}

export const COST_DEFAULTS: CostConfig = {
  lastStepWeight: 10,
  approachWeight: 0.1,
  nearPx: 4,
  effortWeight: 0.02,
  contactHeightM: 0.02,
};

const LATENT = 'latent/';

/** Packs a latent into named tensors that travel from one executable to the next. */
export function packLatent(latent: Latent): Tensors {
  return Object.fromEntries(Object.entries(latent).map(([name, tensor]) => [LATENT + name, tensor]));
}

export function unpackLatent(tensors: Tensors): Latent {
  const packed = Object.entries(tensors).filter(([name]) => name.startsWith(LATENT));
  return Object.fromEntries(packed.map(([name, tensor]) => [name.slice(LATENT.length), tensor]));
}

/**
 * The observation, encoded once: inputs as `Context` (B = 1), `designated` [1, P, 2] and `inFlight` [1, 3], the
 * action being carried out while we plan. Outputs the latent after that action, `first` [1, h, w, P], where the
 * designated pixels are expected then, `expected` [1, P, 2], and what is believed to be seen then, `belief`
 * [1, h, w, 3], which is the next observation's `behind`.
 */
export function observe(predictor: Predictor, weights: Weights, inputs: Tensors): Tensors {
  const { frame, armMask, plate, behind, tip, camera, designated, inFlight } = inputs;
  const start = predictor.encode(weights, { frame, armMask, plate, behind, tip, camera });
  const latent = predictor.step(weights, start, inFlight);
  const first = pixelBlobs(designated, predictor.frame);
  const { now } = predictor.carry({ first, now: first }, latent);
  return {
    ...packLatent(latent),
    first,
    expected: expectedPixels(now, predictor.frame),
    belief: predictor.paint(latent),
  };
}

/**
 * Costs of candidates: inputs the packed latent and `first` from `observe`, `goals` [1, P, 2], `candidates`
 * [N, T, 3]. Outputs `costs` [N], pixels of weighted expected distance, averaged over the designated pixels,
 * and `expected` [N, T, P, 2].
 */
export function rolloutCosts(
  predictor: Predictor,
  weights: Weights,
  config: CostConfig,
  inputs: Tensors,
): Tensors {
  const { candidates, goals, first } = inputs;
  const [count, horizon] = candidates.shape as number[];
  const distance = cellDistances(gridCells(predictor.distribution, predictor.frame), goals);
  let latent = unpackLatent(inputs);
  let pixels: PixelDistributions = { first, now: first };
  const stepCosts: Tensor[] = [];
  const expected: Tensor[] = [];
  const gaps: Tensor[] = [];
  for (let t = 0; t < horizon; t++) {
    latent = predictor.step(weights, latent, actionAt(candidates, t));
    pixels = predictor.carry(pixels, latent);
    const probability = pixels.now.reshape([count, -1, distance.shape[2] as number]);
    const weight = t === horizon - 1 ? config.lastStepWeight : 1;
    stepCosts.push(tf.mul(tf.mean(tf.sum(tf.mul(probability, distance), 1), 1), weight));
    const positions = expectedPixels(pixels.now, predictor.frame);
    expected.push(positions);
    gaps.push(gripperGap(latent, positions, config));
  }
  const distanceCost = tf.div(tf.addN(stepCosts), horizon - 1 + config.lastStepWeight);
  const closest = gaps.reduce((a, b) => tf.minimum(a, b));
  const approach = tf.mul(tf.relu(tf.sub(closest, config.nearPx)), config.approachWeight);
  const effort = tf.mul(
    tf.mean(tf.sqrt(tf.add(tf.sum(tf.square(candidates), 2), 1e-6)), 1),
    config.effortWeight,
  );
  return { costs: tf.add(tf.add(distanceCost, approach), effort), expected: tf.stack(expected, 1) };
}

/**
 * What one candidate would look like, for people: inputs as `rolloutCosts` with `candidates` [1, T, 3]. Outputs
 * `frames` [T, h, w, 3] in 0..1, without the arm, and `distributions` [T, h', w', P].
 */
export function paintRollout(predictor: Predictor, weights: Weights, inputs: Tensors): Tensors {
  const { candidates, first } = inputs;
  const horizon = candidates.shape[1] as number;
  let latent = unpackLatent(inputs);
  let pixels: PixelDistributions = { first, now: first };
  const frames: Tensor[] = [];
  const distributions: Tensor[] = [];
  for (let t = 0; t < horizon; t++) {
    latent = predictor.step(weights, latent, actionAt(candidates, t));
    pixels = predictor.carry(pixels, latent);
    frames.push(predictor.paint(latent));
    distributions.push(pixels.now);
  }
  return { frames: tf.concat(frames, 0), distributions: tf.concat(distributions, 0) };
}

/** Action `t` of every candidate, [N, 3]. */
function actionAt(candidates: Tensor, t: number): Tensor {
  const [count, , dimensions] = candidates.shape as number[];
  return tf.slice(candidates, [0, t, 0], [count, 1, dimensions]).reshape([count, dimensions]);
}

/** How far the gripper is from the nearest designated pixel, lifted height included, pixels [N]. */
function gripperGap(latent: Latent, positions: Tensor, config: CostConfig): Tensor {
  const count = latent.tip.shape[0];
  const way = gripperStep(latent.camera, latent.tip, latent.tip, config.contactHeightM);
  const pixelsPerMetre = tf.sqrt(tf.sum(tf.square(way.alongX), 1));
  const lifted = tf.mul(tf.relu(tf.sub(way.toHeight.squeeze([1]), config.contactHeightM)), pixelsPerMetre);
  const offset = tf.sub(positions, way.to.reshape([count, 1, 2]));
  const apart = tf.min(tf.sum(tf.square(offset), 2), 1);
  return tf.sqrt(tf.add(tf.add(apart, tf.square(lifted)), 1e-6));
}
