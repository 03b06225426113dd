/**
 * What a plan is worth besides where the designated pixels come to lie: whether the gripper comes to where it can push,
 * and whether it comes down on top of things. `L` moments of all candidates are judged at once.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import { projectPoints } from '../model/push-frame.ts';
import { HIGHEST_OBJECT_M } from '../spec/on-table.ts';

export interface ContactConfig {
  /** The approach counts in full beyond `nearPx`; less when all pixels are nearer than `arrivedPx` to their goals. */
  readonly nearPx: number;
  readonly arrivedPx: number;
  /** Height at which the gripper touches objects, metres; being above it counts as being away. */
  readonly contactHeightM: number;
}

/** What is wanted of the designated pixels, each [1, P, ...]: see `rolloutCosts`. */
export interface ContactGoals {
  readonly goals: Tensor;
  readonly open: Tensor;
  readonly back: Tensor;
}

/** Where the gripper touches, pixels [L, 2], and pixels a metre there, [L]. */
export interface Touch {
  readonly pixel: Tensor;
  readonly scale: Tensor;
}

/** Pixels a metre are measured over this distance, metres. */
const BESIDE_M = 0.01;
/** Farther than any pixel is from another. */
const OUT_OF_SIGHT_PX = 1000;
/** The finger's middle and its outline, metres. */
const FINGER_POINTS: readonly (readonly [number, number])[] = [
  [0, 0],
  [0.009, 0],
  [-0.009, 0],
  [0, 0.009],
  [0, -0.009],
];

/** For tips [L, 3] in metres, seen by one camera [1, 12]. */
export function touchPixels(tips: Tensor, camera: Tensor, config: ContactConfig): Touch {
  const touch = atContact(horizontal(tips), config);
  const pixel = projectPoints(camera, touch);
  const beside = projectPoints(camera, tf.add(touch, tf.tensor2d([[BESIDE_M, 0, 0]])));
  return { pixel, scale: tf.div(tf.sqrt(tf.sum(tf.square(tf.sub(beside, pixel)), 1)), BESIDE_M) };
}

/** The pixels under the finger, at the height of contact, for tips [L, 3]: [L, points, 2]. */
export function fingerPixels(tips: Tensor, camera: Tensor, config: ContactConfig): Tensor {
  const count = tips.shape[0];
  const around = FINGER_POINTS.map(([x, y]) => tf.add(horizontal(tips), tf.tensor2d([[x, y]])));
  const points = tf.stack(around, 1).reshape([count * FINGER_POINTS.length, 2]);
  return projectPoints(camera, atContact(points, config)).reshape([count, FINGER_POINTS.length, 2]);
}

/**
 * How far the gripper comes down on its way from tips `from` to `to` [L, 3], in pixels [L], where objects are predicted
 * to stand. The arm stops on top of them, which no predictor of pictures knows of: it believes that the gripper pushes
 * from inside.
 *
 * @param occupied how much of an object was seen before at each of `fingerPixels`, [L, points]
 */
export function landingDepth(from: Tensor, to: Tensor, occupied: Tensor, { scale }: Touch): Tensor {
  const down = tf.relu(tf.sub(tf.minimum(heightOf(from), HIGHEST_OBJECT_M), heightOf(to)));
  return tf.mul(tf.mul(tf.mean(occupied, 1), down), scale);
}

/**
 * How far the gripper at `tips` [L, 3] is from where it can push a designated pixel, expected at `positions` [L, P, 2], to
 * its goal: behind it, as seen from there, lifted height included; of several the nearest, pixels [L]. A plan ends
 * before the object is where it should be, and what is left to do then is a way to the right side of it as well as a push.
 */
export function contactGap(
  tips: Tensor,
  positions: Tensor,
  { goals, open, back }: ContactGoals,
  touch: Touch,
  { contactHeightM, nearPx, arrivedPx }: ContactConfig,
): Tensor {
  const above = tf.relu(tf.sub(heightOf(tips), contactHeightM));
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

function horizontal(tips: Tensor): Tensor {
  return tf.slice(tips, [0, 0], [tips.shape[0], 2]);
}

function heightOf(tips: Tensor): Tensor {
  return tf.slice(tips, [0, 2], [tips.shape[0], 1]).squeeze([1]);
}

/** Points [M, 2] of the table at the height of contact, [M, 3]. */
function atContact(xy: Tensor, { contactHeightM }: ContactConfig): Tensor {
  return tf.concat([xy, tf.fill([xy.shape[0], 1], contactHeightM)], 1);
}
