/**
 * Where the gripper is and goes, as the network sees it: drawn as maps over the push frame instead of tiled
 * numbers, so that a convolution finds the push at the place where it happens.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Box } from '../spec/action.ts';
import type { HandLean } from '../spec/inverse-kinematics.ts';
import { appearAt, type PushFrame } from './push-frame.ts';

/** Width of what is drawn as a line, metres. */
const LINE_M = 0.012;
/** How much of the finger is drawn, from its tip up, metres. */
const FINGER_M = 0.05;
/** Distance over which coordinates saturate, metres. */
const COORDINATE_M = 0.05;
/** Heights and lengths of motions are given in units of this many metres, what height does to places in thirds. */
const HEIGHT_M = 0.05;

/** How many channels `gripperMaps` draws, and how many numbers it gives. */
export const GRIPPER_NUMBERS = 7;
export const GRIPPER_CHANNELS = 5 + GRIPPER_NUMBERS;

/** The tip after one action: `tip` [B, 3] metres plus `action` [B, 3] in -1..1, kept inside the workspace. */
export function moveTip(tip: Tensor, action: Tensor, scale: readonly number[], workspace: Box): Tensor {
  const moved = tf.add(tip, tf.mul(action, tf.tensor2d([...scale], [1, 3])));
  const low = tf.tensor2d([...workspace.low], [1, 3]);
  const high = tf.tensor2d([...workspace.high], [1, 3]);
  return tf.minimum(tf.maximum(moved, low), high);
}

/** Unit vectors along the finger, from the tip up to the hand, for tips [B, 3] -> [B, 3]. */
export function fingerDirection(tip: Tensor, lean: HandLean): Tensor {
  const [xy, z] = tf.split(tip, [2, 1], 1);
  const toPan = tf.sub(tf.tensor2d([[lean.pan[0], lean.pan[1]]]), xy);
  const distance = tf.sqrt(tf.add(tf.sum(tf.square(toPan), 1, true), 1e-9));
  const pitch = tf.sub(
    lean.steepestRad,
    tf.add(tf.mul(distance, lean.perDistanceRad), tf.mul(tf.sub(z, lean.baseZ), lean.perHeightRad)),
  );
  return tf.concat([tf.mul(tf.div(toPan, distance), tf.cos(pitch)), tf.sin(pitch)], 1);
}

/** One motion of the gripper and how it is seen. */
export interface GripperMotion {
  /** The tip before and after, metres, [B, 3]. */
  readonly from: Tensor;
  readonly to: Tensor;
  readonly camera: Tensor;
  readonly frame: PushFrame;
}

/**
 * The motion drawn over points of the push frame, constants `cells` [1, h, w, 2] (u, v) metres ->
 * `maps` [B, h, w, GRIPPER_CHANNELS]: the swept segment, the finger as it is seen before and after; then, alike
 * everywhere, both heights, the length of the motion, which way the finger leans and which way height shifts what is
 * seen; and where on the map this is. `numbers` [B, GRIPPER_NUMBERS] are those that are alike everywhere.
 */
export function gripperMaps(
  { from, to, camera, frame }: GripperMotion,
  cells: Tensor,
  lean: HandLean,
): { maps: Tensor; numbers: Tensor } {
  const [, height, width] = cells.shape as number[];
  const batch = from.shape[0];
  const place = (point: Tensor): Tensor => point.reshape([-1, 1, 1, 2]);
  const everywhere = (values: Tensor): Tensor =>
    tf.mul(values.reshape([batch, 1, 1, -1]), tf.ones([1, height, width, 1]));

  const origin = tf.zeros([1, 2]);
  const start = tf.concat([tf.neg(frame.length), tf.zeros([batch, 1])], 1);
  const alongFinger = (tip: Tensor): { lean: Tensor; ends: [Tensor, Tensor] } => {
    const direction = fingerDirection(tip, lean);
    const root = tf.add(tip, tf.mul(direction, FINGER_M));
    const ends: [Tensor, Tensor] = [appearAt(frame, camera, tip), appearAt(frame, camera, root)];
    return { lean: direction, ends };
  };
  const before = alongFinger(from);
  const after = alongFinger(to);
  const raised = tf.add(to, tf.tensor2d([[0, 0, HEIGHT_M]]));
  const shift = tf.sub(appearAt(frame, camera, raised), after.ends[0]);
  const [leanXy] = tf.split(after.lean, [2, 1], 1);
  const leanIn = [frame.u, frame.v].map((axis) => tf.sum(tf.mul(leanXy, axis), 1, true));
  const described = [
    tf.div(lastColumn(from), HEIGHT_M),
    tf.div(lastColumn(to), HEIGHT_M),
    tf.div(frame.length, HEIGHT_M),
    ...leanIn,
    tf.div(shift, HEIGHT_M / 3),
  ];
  const numbers = tf.concat(described, 1);
  const coordinates = tf.tanh(tf.div(cells, COORDINATE_M));
  const maps = [
    segment(cells, place(start), place(origin)),
    segment(cells, place(before.ends[0]), place(before.ends[1])),
    segment(cells, place(after.ends[0]), place(after.ends[1])),
    everywhere(numbers),
    tf.mul(coordinates, tf.ones([batch, 1, 1, 1])),
  ];
  return { maps: tf.concat(maps, 3), numbers };
}

function lastColumn(points: Tensor): Tensor {
  return tf.split(points, [2, 1], 1)[1];
}

/** A segment between places [B, 1, 1, 2], blurred, over `cells` [1, h, w, 2]. */
function segment(cells: Tensor, from: Tensor, to: Tensor): Tensor {
  const way = tf.sub(to, from);
  const offset = tf.sub(cells, from);
  const along = tf.div(tf.sum(tf.mul(offset, way), 3, true), tf.add(tf.sum(tf.square(way), 3, true), 1e-8));
  return gaussian(tf.sub(offset, tf.mul(way, tf.clipByValue(along, 0, 1))));
}

function gaussian(offset: Tensor): Tensor {
  return tf.exp(tf.mul(tf.sum(tf.square(offset), 3, true), -0.5 / (LINE_M * LINE_M)));
}
