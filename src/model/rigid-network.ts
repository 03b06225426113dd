/** The convolutions of the rigid-motion predictor: from a square of the push frame and the gripper's motion to motions. */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import { connect, convolve } from './layers.ts';
import { mixtureOf, rawChannels } from './mixture.ts';
import { MOMENTS, momentsOf } from './moments.ts';
import { depthToSpace } from './ops.ts';
import type { Weights } from './predictor.ts';
import { LANES, OBJECT_CHANNEL, MOTION_NUMBERS, type RigidNetworkConfig } from './rigid-layers.ts';
import { blockPicture, cellRows } from './view.ts';

/** What the network says of the push frame. */
export interface Motion {
  /** The mixture at each cell, in `cellOrder`: [motions + 4, B, cells * cells], see `mixtureOf`. */
  readonly field: Tensor;
  /** The rigid motions, [5 * motions, B, 1]: of each shift (u, v), turn in radians, and the centre that it turns about. */
  readonly rigid: Tensor;
}

/** Natural sizes of the motions, so that the weights start near 1. */
const SHIFT_M = 0.015;
const TURN_RAD = 0.15;

/**
 * @param view the square of the push frame as it is seen: see `blocksOf`, [B, 4 * 5, M / 4]
 * @param maps the gripper's motion at half resolution, [B, cells/2, cells/2, GRIPPER_CHANNELS]
 * @param numbers the same as numbers, [B, GRIPPER_NUMBERS]
 * @param grid (u, v) of the square's cells in `cellOrder`, metres, [M, 2]
 */
export function runNetwork(
  config: RigidNetworkConfig,
  weights: Weights,
  view: Tensor,
  { maps, numbers }: { maps: Tensor; numbers: Tensor },
  grid: Tensor,
): Motion {
  const { cells, motions } = config;
  const batch = maps.shape[0];
  const pixels = blockPicture(view, cells / 2);

  const look = tf.relu(convolve(weights, 'look', tf.concat([pixels, maps], 3)));
  const edges = tf.relu(convolve(weights, 'edgeA', look));
  const fine = tf.relu(tf.add(look, convolve(weights, 'edgeB', edges)));
  const coarse = tf.relu(convolve(weights, 'down', fine, 2));
  const mixed = tf.relu(convolve(weights, 'mixA', coarse));
  const deep = tf.relu(tf.add(coarse, convolve(weights, 'mixB', mixed)));
  const raised = depthToSpace(convolve(weights, 'up', deep));
  const raw = convolve(weights, 'field', tf.concat([fine, raised], 3));
  const field = mixtureOf(raw.reshape([-1, rawChannels(motions)]).transpose([1, 0]), motions);

  // What a push does to a thing follows from where it is touched and how it lies about its centre. Both are handed
  // to the last layers as they are: the cells along the gripper's way, and the moments of what each motion claims.
  const object = tf.slice(cellRows(pixels), [0, 0, OBJECT_CHANNEL], [batch, cells * cells, 1]);
  const lanes = lanesOf(pixels, cells);
  const claimed = tf.mul(tf.slice(field, [0, 0], [motions, -1]), object.reshape([1, -1]));
  const { moments, centre } = momentsOf(claimed.reshape([motions * batch, cells * cells]), grid);

  const squeezed = tf.relu(convolve(weights, 'squeeze', deep)).reshape([batch, -1]);
  const facts = moments.reshape([motions, batch, MOMENTS]).transpose([1, 0, 2]).reshape([batch, -1]);
  const known = tf.concat([squeezed, lanes.reshape([batch, -1]), facts, numbers], 1);
  const understood = tf.relu(connect(weights, 'deep', tf.relu(connect(weights, 'dense', known))));
  const motion = connect(weights, 'motion', understood);
  const sizes = tf.tensor3d([SHIFT_M, SHIFT_M, TURN_RAD], [1, 1, MOTION_NUMBERS]);
  const moves = tf.mul(motion.reshape([batch, motions, MOTION_NUMBERS]).transpose([1, 0, 2]), sizes);
  const rigid = tf.concat([moves, centre.reshape([motions, batch, 2])], 2);
  return {
    field: field.reshape([-1, batch, cells * cells]),
    rigid: rigid.transpose([0, 2, 1]).reshape([5 * motions, batch, 1]),
  };
}

/** The cells along the gripper's way as they are: what is an object, and what was not seen, [B, cells, LANES, 2]. */
function lanesOf(pixels: Tensor, cells: number): Tensor {
  const [batch, half, , channels] = pixels.shape as number[];
  const first = (cells - LANES) / 2;
  // Whole blocks first: only those have to be taken apart.
  const blocks = Math.ceil((first + LANES) / 2) - Math.floor(first / 2);
  const middle = depthToSpace(
    tf.slice(pixels, [0, 0, Math.floor(first / 2), 0], [batch, half, blocks, channels]),
  );
  return tf.slice(middle, [0, 0, first % 2, OBJECT_CHANNEL], [batch, cells, LANES, 2]);
}
