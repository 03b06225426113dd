/**
 * Predictor, cost and horizon as tfjs functions that compile into one executable each: candidates in, costs
 * out. Returning N numbers instead of N x T frames is what makes planning from pixels quick.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Tensors } from '../compute/compute.ts';
import { cellDistances, expectations, expectedPixels, gridCells, normalised } from '../model/distribution.ts';
import { expand } from '../model/ops.ts';
import { pictureDistance } from './picture-cost.ts';
import { step, type Latent, type Predictor, type Weights } from '../model/predictor.ts';
import { contactGap, fingerPixels, landingDepth, touchPixels, type ContactConfig } from './contact.ts';

/** How a rollout is judged. */
export interface CostConfig extends ContactConfig {
  /** How many times the last step counts (Ebert et al. 2017 use 10). */
  readonly lastStepWeight: number;
  /** Pixels of cost a pixel that the gripper stays away from where it can push: see `contactGap`. */
  readonly approachWeight: number;
  /** Pixels of cost a pixel that a designated point is out of the gripper's reach. */
  readonly reachWeight: number;
  /**
   * Pixels of cost a pixel that points of one object are off by turning, on top of being off at all: what is turned wrongly
   * takes two pushes to put right, at opposite ends, what lies beside its place but one.
   */
  readonly turnWeight: number;
  /** Pixels of cost for moving at full speed all the time. */
  readonly effortWeight: number;
  /** Pixels of cost a pixel that the gripper would have to come down inside of an object. */
  readonly landingWeight: number;
  /** Pixels of cost a pixel that looks altogether otherwise than wanted, where a picture is wanted: see `pictureDistance`. */
  readonly pictureWeight: number;
}

export const COST_DEFAULTS: CostConfig = {
  lastStepWeight: 10,
  approachWeight: 0.3,
  nearPx: 4,
  arrivedPx: 4,
  reachWeight: 1,
  turnWeight: 1,
  effortWeight: 0.02,
  landingWeight: 2,
  pictureWeight: 0.3,
  contactHeightM: 0.02,
};

/** Keeps the slope of a length finite where there is none, pixels. */
const SMALL = 1e-3;

const LATENT = 'latent/';

/** Packs a latent into named tensors that travel from one executable to the next. */
function packLatent(latent: Latent): Tensors {
  return Object.fromEntries(Object.entries(latent).map(([name, tensor]) => [LATENT + name, tensor]));
}

function unpackLatent(tensors: Tensors): Latent {
  const packed = Object.entries(tensors).filter(([name]) => name.startsWith(LATENT));
  return Object.fromEntries(packed.map(([name, tensor]) => [name.slice(LATENT.length), tensor]));
}

/**
 * The observation, encoded once: inputs as `Context` (B = 1, `mirror` among them), `designated` [1, P, 2] and `inFlight` [1, 3], the
 * action being carried out while we plan. Outputs the latent after that action, the designated pixels' distributions
 * in the context frame and then (up to a factor), `first` [1, h, w, P] and `now` [1, h', w', P], where they are expected,
 * `expected` [1, P, 2], and what is believed to be seen then, `belief` [1, h, w, 3], which is the next observation's
 * `behind`.
 */
export function observe(predictor: Predictor, weights: Weights, inputs: Tensors): Tensors {
  const { frame, armMask, plate, behind, tip, camera, mirror, designated, inFlight } = inputs;
  const start = predictor.encode(weights, { frame, armMask, plate, behind, tip, camera, mirror });
  const latent = step(predictor, weights, start, inFlight);
  const { first, now } = predictor.carry(predictor.designate(designated), latent);
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
 * from), `together` [1, P, P] (row p takes the mean over the points on the object of point p), `outOfReach` [1, h' * w', P] (pixels from each cell of the distribution to the nearest place that the gripper can
 * push back from), `candidates` [N, T, 3]; perhaps `scene` and `visible`, a wanted picture, which is then what counts
 * instead of the pixels' distances. Outputs `costs` [N], pixels: the weighted expected distance, averaged over the
 * designated pixels, and what the gripper's approach, its effort and its landing add to it; and `expected`
 * [N, T, P, 2].
 */
export function rolloutCosts(
  predictor: Predictor,
  weights: Weights,
  config: CostConfig,
  inputs: Tensors,
): Tensors {
  const { candidates, goals, open, outOfReach, back, together, first, now, scene, visible } = inputs;
  const isPicture = Object.hasOwn(inputs, 'scene');
  const [count, horizon] = candidates.shape as number[];
  const cells = gridCells(predictor.distribution, predictor.frame);
  const away = tf.add(cellDistances(cells, goals), tf.mul(outOfReach, config.reachWeight));
  const points = away.shape[2] as number;
  // Read off a distribution: how far from the goal, and where.
  const readings = tf.concat([away.transpose([2, 1, 0]), tf.tile(cells.expandDims(0), [points, 1, 1])], 2);
  const start = unpackLatent(inputs);
  const latents = predictor.roll(weights, start, candidates);
  let pixels = { first, now };
  const stepCosts: Tensor[] = [];
  const expected: Tensor[] = [];
  for (const [t, latent] of latents.entries()) {
    pixels = predictor.carry(pixels, latent);
    const [distance, position] = tf.split(expectations(pixels.now, readings), [1, 2], 2);
    const off = isPicture
      ? tf.mul(pictureDistance(predictor.paint(latent), scene, visible), config.pictureWeight)
      : tf.add(
          tf.mean(distance.squeeze([2]), 1),
          tf.mul(turnedOff(tf.sub(position, goals), together), config.turnWeight),
        );
    stepCosts.push(tf.mul(off, t === horizon - 1 ? config.lastStepWeight : 1));
    expected.push(position);
  }
  const distanceCost = tf.div(tf.addN(stepCosts), horizon - 1 + config.lastStepWeight);

  // The rest follows from the gripper's way: all steps at once, one after the other.
  const before = [start, ...latents.slice(0, -1)];
  const tips = [start, ...latents].map(({ tip }) => expand(tip, count));
  const [from, to] = [tf.concat(tips.slice(0, -1), 0), tf.concat(tips.slice(1), 0)];
  const touch = touchPixels(to, start.camera, config);
  const under = tf.split(fingerPixels(to, start.camera, config), horizon, 0);
  const occupied = tf.concat(
    under.map((at, t) => predictor.objectAt(before[t], at)),
    0,
  );
  const landing = landingDepth(from, to, occupied, touch);
  const gaps = contactGap(to, tf.concat(expected, 0), { goals, open, back }, touch, config);
  const speed = tf.sqrt(tf.add(tf.sum(tf.square(candidates), 2), 1e-6));
  const costs = tf.addN([
    distanceCost,
    tf.mul(tf.min(gaps.reshape([horizon, count]), 0), config.approachWeight),
    tf.mul(tf.mean(speed, 1), config.effortWeight),
    tf.mul(tf.sum(landing.reshape([horizon, count]), 0), config.landingWeight),
  ]);
  return { costs, expected: tf.stack(expected, 1) };
}

/**
 * How far points are from their goals beyond what those on the same object have in common: what a shift would not mend.
 * Mean over the points, [N].
 *
 * @param off [N, P, 2]
 * @param together [1, P, P]: see `rolloutCosts`
 */
function turnedOff(off: Tensor, together: Tensor): Tensor {
  const [count, points] = off.shape as number[];
  if (points === 1) return tf.zeros([count]);
  const common = tf.matMul(
    off.transpose([0, 2, 1]).reshape([count * 2, points]),
    together.squeeze([0]),
    false,
    true,
  );
  const own = tf.sub(off, common.reshape([count, 2, points]).transpose([0, 2, 1]));
  const length = tf.sqrt(tf.add(tf.sum(tf.square(own), 2), SMALL ** 2));
  return tf.sub(tf.mean(length, 1), SMALL);
}

/**
 * What one candidate would look like, for people: inputs as `rolloutCosts` with `candidates` [1, T, 3]. Outputs
 * `frames` [T, h, w, 3] in 0..1, without the arm, and `distributions` [T, h', w', P].
 */
export function paintRollout(predictor: Predictor, weights: Weights, inputs: Tensors): Tensors {
  const { candidates, first, now } = inputs;
  let pixels = { first, now };
  const frames: Tensor[] = [];
  const distributions: Tensor[] = [];
  for (const latent of predictor.roll(weights, unpackLatent(inputs), candidates)) {
    pixels = predictor.carry(pixels, latent);
    frames.push(predictor.paint(latent));
    distributions.push(normalised(pixels.now));
  }
  return { frames: tf.concat(frames, 0), distributions: tf.concat(distributions, 0) };
}
