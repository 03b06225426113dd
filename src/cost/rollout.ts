/**
 * Predictor, cost and horizon as tfjs functions that compile into one executable each: candidates in, costs
 * out. Returning N numbers instead of N x T frames is what makes planning from pixels quick.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Tensors } from '../compute/compute.ts';
import { cellDistances, expectedPixels, gridCells, pixelBlobs } from '../model/distribution.ts';
import { projectPoints } from '../model/push-frame.ts';
import { pictureDistance } from './picture-cost.ts';
import type { Latent, PixelDistributions, Predictor, Weights } from '../model/predictor.ts';

/** How a rollout is judged. */
export interface CostConfig {
  /** How many times the last step counts (Ebert et al. 2017 use 10). */
  readonly lastStepWeight: number;
  /**
   * Pixels of cost a pixel that the gripper stays away from where it can push the designated pixel to its goal, beyond
   * `nearPx`; less when all are nearer than `arrivedPx` to their goals.
   */
  readonly approachWeight: number;
  readonly nearPx: number;
  readonly arrivedPx: number;
  /** Pixels of cost a pixel that a designated point is out of the gripper's reach. */
  readonly reachWeight: number;
  /** Pixels of cost for moving at full speed all the time. */
  readonly effortWeight: number;
  /** Pixels of cost a pixel that the gripper would have to come down inside of an object. */
  readonly landingWeight: number;
  /** Pixels of cost a pixel that looks altogether otherwise than wanted, where a picture is wanted: see `pictureDistance`. */
  readonly pictureWeight: number;
  /** Height at which the gripper touches objects, metres; being above it counts as being away. */
  readonly contactHeightM: number;
}

export const COST_DEFAULTS: CostConfig = {
  lastStepWeight: 10,
  approachWeight: 0.3,
  nearPx: 4,
  arrivedPx: 4,
  reachWeight: 1,
  effortWeight: 0.02,
  landingWeight: 2,
  pictureWeight: 0.3,
  contactHeightM: 0.02,
};

/** Pixels a metre are measured over this distance, metres. */
const BESIDE_M = 0.01;
/** Farther than any pixel is from another. */
const OUT_OF_SIGHT_PX = 1000;
/** A tip this high stands above every usual object, metres. */
const HIGHEST_TIP_M = 0.055;
/** The finger's middle and its outline, metres. */
const FINGER_POINTS: readonly (readonly [number, number])[] = [
  [0, 0],
  [0.009, 0],
  [-0.009, 0],
  [0, 0.009],
  [0, -0.009],
];

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
 * action being carried out while we plan. Outputs the latent after that action, the designated pixels' distributions
 * in the context frame and then, `first` [1, h, w, P] and `now` [1, h', w', P], where they are expected then,
 * `expected` [1, P, 2], and what is believed to be seen then, `belief` [1, h, w, 3], which is the next observation's
 * `behind`.
 */
export function observe(predictor: Predictor, weights: Weights, inputs: Tensors): Tensors {
  const { frame, armMask, plate, behind, tip, camera, designated, inFlight } = inputs;
  const mirror = tf.ones([1, 1]);
  const start = predictor.encode(weights, { frame, armMask, plate, behind, tip, camera, mirror });
  const latent = predictor.step(weights, start, inFlight);
  const first = pixelBlobs(designated, predictor.frame);
  const { now } = predictor.carry({ first, now: first }, latent);
  return {
    ...packLatent(latent),
    first,
    now,
    expected: expectedPixels(now, predictor.frame),
    belief: predictor.paint(latent),
  };
}

/**
 * Costs of candidates: inputs the packed latent, `first` and `now` from `observe`, `goals` [1, P, 2], `open` [1, P]
 * (1 where a goal is not yet reached, else 0), `back` [1, P] (metres from each point to where the gripper pushes it
 * from), `outOfReach` [1, h' * w', P] (pixels from each cell of the distribution to the nearest place that the gripper can
 * push back from), `candidates` [N, T, 3]; perhaps `scene` and `visible`, a wanted picture, which is then what counts
 * instead of the pixels' distances. Outputs `costs` [N], pixels of weighted expected distance, averaged over the
 * designated pixels, and `expected` [N, T, P, 2].
 */
export function rolloutCosts(
  predictor: Predictor,
  weights: Weights,
  config: CostConfig,
  inputs: Tensors,
): Tensors {
  const { candidates, goals, open, outOfReach, back, first, now, scene, visible } = inputs;
  const isPicture = Object.hasOwn(inputs, 'scene');
  const [count, horizon] = candidates.shape as number[];
  const away = cellDistances(gridCells(predictor.distribution, predictor.frame), goals);
  const distance = tf.add(away, tf.mul(outOfReach, config.reachWeight));
  let latent = unpackLatent(inputs);
  let pixels: PixelDistributions = { first, now };
  const stepCosts: Tensor[] = [];
  const expected: Tensor[] = [];
  const gaps: Tensor[] = [];
  const landings: Tensor[] = [];
  for (let t = 0; t < horizon; t++) {
    const before = latent;
    latent = predictor.step(weights, before, actionAt(candidates, t));
    const touch = touchPixels(latent, config);
    landings.push(landingDepth(predictor, before, latent, touch.scale, config));
    pixels = predictor.carry(pixels, latent);
    const probability = pixels.now.reshape([count, -1, distance.shape[2] as number]);
    const weight = t === horizon - 1 ? config.lastStepWeight : 1;
    const off = isPicture
      ? tf.mul(pictureDistance(predictor.paint(latent), scene, visible), config.pictureWeight)
      : tf.mean(tf.sum(tf.mul(probability, distance), 1), 1);
    stepCosts.push(tf.mul(off, weight));
    const positions = expectedPixels(pixels.now, predictor.frame);
    expected.push(positions);
    gaps.push(contactGap(latent, positions, { goals, open, back }, touch, config));
  }
  const distanceCost = tf.div(tf.addN(stepCosts), horizon - 1 + config.lastStepWeight);
  const closest = gaps.reduce((a, b) => tf.minimum(a, b));
  const approach = tf.mul(closest, config.approachWeight);
  const effort = tf.mul(
    tf.mean(tf.sqrt(tf.add(tf.sum(tf.square(candidates), 2), 1e-6)), 1),
    config.effortWeight,
  );
  const landing = tf.mul(tf.addN(landings), config.landingWeight);
  return { costs: tf.addN([distanceCost, approach, effort, landing]), expected: tf.stack(expected, 1) };
}

/**
 * What one candidate would look like, for people: inputs as `rolloutCosts` with `candidates` [1, T, 3]. Outputs
 * `frames` [T, h, w, 3] in 0..1, without the arm, and `distributions` [T, h', w', P].
 */
export function paintRollout(predictor: Predictor, weights: Weights, inputs: Tensors): Tensors {
  const { candidates, first, now } = inputs;
  const horizon = candidates.shape[1] as number;
  let latent = unpackLatent(inputs);
  let pixels: PixelDistributions = { first, now };
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
export function actionAt(candidates: Tensor, t: number): Tensor {
  const [count, , dimensions] = candidates.shape as number[];
  return tf.slice(candidates, [0, t, 0], [count, 1, dimensions]).reshape([count, dimensions]);
}

/**
 * How far the gripper comes down, in pixels [N], where objects are predicted to stand. The arm stops on top of them,
 * which no predictor of pictures knows of: it believes that the gripper pushes from inside.
 *
 * @param scale pixels a metre there, [N]
 */
function landingDepth(
  predictor: Predictor,
  before: Latent,
  after: Latent,
  scale: Tensor,
  config: CostConfig,
): Tensor {
  const count = after.tip.shape[0];
  const [xy, height] = tf.split(after.tip, [2, 1], 1);
  const [, heightBefore] = tf.split(before.tip, [2, 1], 1);
  const down = tf.relu(tf.sub(tf.minimum(heightBefore, HIGHEST_TIP_M), height)).reshape([count]);
  const around = FINGER_POINTS.map(([x, y]) => tf.add(xy, tf.tensor2d([[x, y]])));
  const points = tf.stack(around, 1).reshape([count * FINGER_POINTS.length, 2]);
  const pixels = projectPoints(after.camera, atContact(points, config));
  const occupied = tf.mean(predictor.objectAt(before, pixels.reshape([count, FINGER_POINTS.length, 2])), 1);
  return tf.mul(tf.mul(occupied, down), scale);
}

/** Where the gripper touches, pixels [N, 2], and pixels a metre there, [N]. */
function touchPixels({ tip, camera }: Latent, config: CostConfig): { pixel: Tensor; scale: Tensor } {
  const touch = atContact(tf.split(tip, [2, 1], 1)[0], config);
  const pixel = projectPoints(camera, touch);
  const beside = projectPoints(camera, tf.add(touch, tf.tensor2d([[BESIDE_M, 0, 0]])));
  return { pixel, scale: tf.div(tf.sqrt(tf.sum(tf.square(tf.sub(beside, pixel)), 1)), BESIDE_M) };
}

/** Points [M, 2] of the table at the height of contact, [M, 3]. */
function atContact(xy: Tensor, { contactHeightM }: CostConfig): Tensor {
  return tf.concat([xy, tf.fill([xy.shape[0], 1], contactHeightM)], 1);
}

/**
 * How far the gripper is from where it can push a designated pixel to its goal: behind it, as seen from there, lifted
 * height included; of several the nearest, pixels [N]. A plan ends before the object is where it should be, and what is
 * left to do then is a way to the right side of it as well as a push.
 *
 * @param touch see `touchPixels`
 */
function contactGap(
  { tip }: Latent,
  positions: Tensor,
  { goals, open, back }: { goals: Tensor; open: Tensor; back: Tensor },
  touch: { pixel: Tensor; scale: Tensor },
  { contactHeightM, nearPx, arrivedPx }: CostConfig,
): Tensor {
  const [, height] = tf.split(tip, [2, 1], 1);
  const above = tf.relu(tf.sub(height.squeeze([1]), contactHeightM));
  const lifted = tf.mul(above, touch.scale).expandDims(1);
  const toGoal = tf.sub(goals, positions);
  const remaining = tf.sqrt(tf.add(tf.sum(tf.square(toGoal), 2), 1e-6));
  const backwards = tf.div(tf.mul(back, touch.scale.expandDims(1)), remaining).expandDims(2);
  const behind = tf.sub(positions, tf.mul(toGoal, backwards));
  const apart = tf.sum(tf.square(tf.sub(behind, touch.pixel.expandDims(1))), 2);
  const gap = tf.sqrt(tf.add(tf.add(apart, tf.square(lifted)), 1e-6));
  const nearest = tf.min(tf.add(tf.relu(tf.sub(gap, nearPx)), tf.mul(tf.sub(1, open), OUT_OF_SIGHT_PX)), 1);
  const farthest = tf.max(tf.mul(remaining, open), 1);
  return tf.mul(nearest, tf.minimum(1, tf.div(farthest, arrivedPx)));
}
