/**
 * The world in a mirror that stands on x = 0. To a camera that looks along it, the mirrored world is the picture with
 * its columns in reverse: whoever predicts pictures then learns twice as much from the same play.
 *
 * `mirror` is as in `Context`: 1, or -1 where the mirror is looked into, [B, 1].
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Rig } from '../spec/rig.ts';

/** Relative to the largest number of the camera's matrix. */
const TOLERANCE = 1e-6;

/** Whether mirroring the world does nothing but reverse the picture's columns, as far as camera and workspace go. */
export function isSymmetric({ projection: { matrix, size }, workspace }: Rig): boolean {
  const middle = (size.width - 1) / 2;
  const [col, row, depth] = [0, 4, 8].map((from) => matrix.slice(from, from + 4));
  // x decides nothing but how far a point is from the middle column, and nothing else decides that.
  const zeros = [row[0], depth[0], ...[1, 2, 3].map((k) => col[k] - middle * depth[k])];
  const least = TOLERANCE * Math.max(...matrix.map(Math.abs));
  return zeros.every((x) => Math.abs(x) <= least) && workspace.low[0] === -workspace.high[0];
}

/** Pictures [B, h, w, C] as the mirror shows them; doing it twice undoes it. */
export function reflectPicture(picture: Tensor, mirror: Tensor): Tensor {
  const plain = tf.div(tf.add(mirror, 1), 2).reshape([-1, 1, 1, 1]);
  return tf.add(tf.mul(picture, plain), tf.mul(tf.reverse(picture, 2), tf.sub(1, plain)));
}

/** Points or motions [B, 3] (x, y, z) in the mirror. */
export function reflectVector(vector: Tensor, mirror: Tensor): Tensor {
  const [x, others] = tf.split(vector, [1, 2], 1);
  return tf.concat([tf.mul(x, mirror), others], 1);
}
