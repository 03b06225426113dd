/**
 * Where the gripper is and goes, as the network sees it: pixels through the camera's projection, drawn as
 * maps instead of tiled numbers, so that a convolution finds the push at the place where it happens.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Box } from '../spec/action.ts';

/** Width of the blob that marks the gripper, pixels. */
const BLOB_PX = 2.5;
/** Distance over which the signed offsets to the gripper saturate, pixels. */
const OFFSET_PX = 6;
/** Width of the blobs along the swept segment and at the tip, pixels. */
const SWEEP_PX = 1.5;
/** Heights are given in units of this many metres. */
const HEIGHT_M = 0.05;

/** How many channels `gripperMaps` draws. */
export const GRIPPER_CHANNELS = 11;

/** The tip after one action: `tip` [B, 3] metres plus `action` [B, 3] in -1..1, kept inside the workspace. */
export function moveTip(tip: Tensor, action: Tensor, scale: readonly number[], workspace: Box): Tensor {
  const moved = tf.add(tip, tf.mul(action, tf.tensor2d([...scale], [1, 3])));
  const low = tf.tensor2d([...workspace.low], [1, 3]);
  const high = tf.tensor2d([...workspace.high], [1, 3]);
  return tf.minimum(tf.maximum(moved, low), high);
}

/** The pixels (row, col) [B, 2] at which cameras [B, 12] (row-major 3x4) see points [B, 3] in metres. */
export function projectPoints(camera: Tensor, points: Tensor): Tensor {
  return seePoints(camera, points).pixel;
}

/** The pixels, and how they move, in pixels a metre, when the points move along the table's x and y. */
function seePoints(camera: Tensor, points: Tensor): { pixel: Tensor; alongX: Tensor; alongY: Tensor } {
  const batch = points.shape[0];
  const matrix = camera.reshape([camera.shape[0], 3, 4]);
  const homogeneous = tf.concat([points, tf.ones([batch, 1])], 1).reshape([batch, 1, 4]);
  const image = tf.sum(tf.mul(matrix, homogeneous), 2);
  const [colDepth, rowDepth, depth] = tf.split(image, 3, 1);
  const pixel = tf.div(tf.concat([rowDepth, colDepth], 1), depth);
  // The derivative of (row * depth) / depth along axis k is (m[row, k] - row * m[depth, k]) / depth.
  const [alongX, alongY] = tf.split(matrix, 4, 2).map((column) => {
    const [col, row, forward] = tf.split(column.squeeze([2]), 3, 1);
    return tf.div(tf.sub(tf.concat([row, col], 1), tf.mul(pixel, forward)), depth);
  });
  return { pixel, alongX, alongY };
}

/** One step's gripper, in pixels of the frame, before and after. */
export interface GripperStep {
  /** Where the gripper meets the table, [B, 2] (row, col). */
  readonly from: Tensor;
  readonly to: Tensor;
  /** Where the tip itself is seen, [B, 2]: above what it stands on, when it stands on something. */
  readonly fromTip: Tensor;
  readonly toTip: Tensor;
  /** Height of the tip above the table, metres, [B, 1]. */
  readonly fromHeight: Tensor;
  readonly toHeight: Tensor;
  /** Pixels a metre along the table's x and y at `to`: two columns (row, col), each [B, 2]. */
  readonly alongX: Tensor;
  readonly alongY: Tensor;
}

/**
 * The gripper's step as pixels. The point drawn is the one below the tip at `contactHeightM`, where objects are
 * touched: a lifted gripper is drawn where it would come down, and its height is given beside it.
 */
export function gripperStep(camera: Tensor, from: Tensor, to: Tensor, contactHeightM: number): GripperStep {
  const [fromXy, fromHeight] = tf.split(from, [2, 1], 1);
  const [toXy, toHeight] = tf.split(to, [2, 1], 1);
  const touch = (xy: Tensor): Tensor => tf.concat([xy, tf.fill([xy.shape[0], 1], contactHeightM)], 1);
  const start = seePoints(camera, touch(fromXy));
  const end = seePoints(camera, touch(toXy));
  const { alongX, alongY } = end;
  return {
    from: start.pixel,
    to: end.pixel,
    fromTip: projectPoints(camera, from),
    toTip: projectPoints(camera, to),
    fromHeight,
    toHeight,
    alongX,
    alongY,
  };
}

/**
 * The step drawn over cells whose centres are at `cells` [B, h, w, 2] (row, col) -> [B, h, w, GRIPPER_CHANNELS]:
 * for the present and the next place a blob and two saturating offsets, then the swept segment, both heights, and
 * blobs where the tip itself is seen.
 */
export function gripperMaps(step: GripperStep, cells: Tensor): Tensor {
  const [batch, height, width] = cells.shape;
  const place = (point: Tensor): Tensor => point.reshape([batch, 1, 1, 2]);
  const level = (value: Tensor): Tensor =>
    tf.mul(value.reshape([batch, 1, 1, 1]), tf.fill([1, height, width, 1], 1 / HEIGHT_M));
  const blob = (offset: Tensor, widthPx: number): Tensor =>
    tf.exp(tf.mul(tf.sum(tf.square(offset), 3, true), -0.5 / (widthPx * widthPx)));
  const marked = (point: Tensor): Tensor[] => {
    const offset = tf.sub(cells, place(point));
    return [blob(offset, BLOB_PX), tf.tanh(tf.div(offset, OFFSET_PX))];
  };
  const move = place(tf.sub(step.to, step.from));
  const fromStart = tf.sub(cells, place(step.from));
  const along = tf.div(
    tf.sum(tf.mul(fromStart, move), 3, true),
    tf.add(tf.sum(tf.square(move), 3, true), 1e-4),
  );
  const sweep = blob(tf.sub(fromStart, tf.mul(move, tf.clipByValue(along, 0, 1))), SWEEP_PX);
  const heights = [level(step.fromHeight), level(step.toHeight)];
  const tips = [step.fromTip, step.toTip].map((tip) => blob(tf.sub(cells, place(tip)), SWEEP_PX));
  return tf.concat([...marked(step.from), ...marked(step.to), sweep, ...heights, ...tips], 3);
}
