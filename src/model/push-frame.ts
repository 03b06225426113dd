/**
 * The push frame: a piece of the table around the place where the gripper goes, turned so that the gripper
 * always moves the same way. A push to the left and a push towards the camera are one and the same problem on
 * the table; seen in this frame they also look the same, so that each push teaches all of them. (A network with
 * the symmetry built in needs less data than one that has to find it: Zeng et al. 2018 turn the picture instead
 * of the gripper, Wang et al. 2022 and 2023 make planar pushing and grasping equivariant.)
 *
 * Its first axis u is the gripper's direction, its second v is at right angles on the table (to the left, or to
 * the right in the mirror), in metres; its origin is where the gripper arrives. It lies on a plane above the
 * table, at the height where objects are touched: what is higher appears shifted away from the camera.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';

/** A homography, [3, B, 3]: for each of the three homogeneous coordinates of its image, three factors. */
export type Homography = Tensor;

export interface PushFrame {
  /** From (u, v, 1) to a pixel's (row, column, 1). */
  readonly toPixel: Homography;
  /** And back. */
  readonly fromPixel: Homography;
  /** The axes on the table, [B, 2] (x, y). */
  readonly u: Tensor;
  readonly v: Tensor;
  /** How far the gripper moves, metres, [B, 1]. */
  readonly length: Tensor;
}

/** Below this length, metres, a motion has no direction, and the frame's is as good as any. */
const NO_DIRECTION_M = 1e-4;

/**
 * The push frame of a motion from `from` to `to` [B, 3] metres.
 *
 * @param camera [B, 12] or [1, 12], row-major 3x4, giving (column * d, row * d, d)
 * @param mirror 1, or -1 for the frame seen in a mirror, [B, 1] or [1, 1]
 * @param heightM of its plane above the table
 */
export function pushFrame(
  camera: Tensor,
  from: Tensor,
  to: Tensor,
  mirror: Tensor,
  heightM: number,
): PushFrame {
  const [fromXy] = tf.split(from, [2, 1], 1);
  const [toXy] = tf.split(to, [2, 1], 1);
  const motion = tf.add(tf.sub(toXy, fromXy), tf.tensor2d([[NO_DIRECTION_M, 0]]));
  const length = tf.sqrt(tf.add(tf.sum(tf.square(motion), 1, true), 1e-12));
  const u = tf.div(motion, length);
  const [ux, uy] = tf.split(u, 2, 1);
  const v = tf.mul(tf.concat([tf.neg(uy), ux], 1), mirror);
  const [vx, vy] = tf.split(v, 2, 1);
  const [x, y] = tf.split(toXy, 2, 1);
  // The image of a point of the plane is a combination of the camera's columns.
  const [alongX, alongY, alongZ, offset] = cameraColumns(camera);
  const plane = tf.add(tf.mul(alongZ, heightM), offset);
  const columns = [
    tf.add(tf.mul(alongX, ux), tf.mul(alongY, uy)),
    tf.add(tf.mul(alongX, vx), tf.mul(alongY, vy)),
    tf.add(tf.add(tf.mul(alongX, x), tf.mul(alongY, y)), plane),
  ];
  const toPixel = tf.stack(columns, 2).transpose([1, 0, 2]);
  // The rows of a matrix's adjugate are cross products of its columns; the factor 1 / determinant cancels.
  const [a, b, c] = columns;
  const rows = [cross(b, c), cross(c, a), cross(a, b)];
  return { toPixel, fromPixel: tf.stack(rows, 0), u, v, length };
}

/** The four columns of cameras [B, 12], each [B, 3] in the order (row, column, depth). */
function cameraColumns(camera: Tensor): Tensor[] {
  const [col, row, depth] = tf.split(camera.reshape([-1, 3, 4]), 3, 1);
  return tf.split(tf.concat([row, col, depth], 1), 4, 2).map((column) => column.squeeze([2]));
}

function cross(a: Tensor, b: Tensor): Tensor {
  const [a0, a1, a2] = tf.split(a, 3, 1);
  const [b0, b1, b2] = tf.split(b, 3, 1);
  const minor = (p: Tensor, q: Tensor, r: Tensor, s: Tensor): Tensor => tf.sub(tf.mul(p, q), tf.mul(r, s));
  return tf.concat([minor(a1, b2, a2, b1), minor(a2, b0, a0, b2), minor(a0, b1, a1, b0)], 1);
}

/** The images [2, B, M] of the same M points for all, given as constants [3, M] (homogeneous). */
export function mapConstants(homography: Homography, points: Tensor): Tensor {
  const batch = homography.shape[1] as number;
  const image = tf.matMul(homography.reshape([3 * batch, 3]), points);
  return dehomogenise(image.reshape([3, batch, -1]));
}

/** The images [2, B, M] of points [2, B, M]. */
export function mapPoints(homography: Homography, points: Tensor): Tensor {
  const batch = homography.shape[1] as number;
  const [p, q] = tf.split(points, 2, 0);
  const [a, b, c] = tf.split(homography.reshape([3, batch, 3]), 3, 2);
  return dehomogenise(tf.add(tf.add(tf.mul(a, p), tf.mul(b, q)), c));
}

function dehomogenise(image: Tensor): Tensor {
  const [place, depth] = tf.split(image, [2, 1], 0);
  return tf.div(place, depth);
}

/** The homography for pixels counted from `origin` [B, 2] on: `fromPixel` of a cut of the picture. */
export function fromCut(fromPixel: Homography, origin: Tensor): Homography {
  const batch = fromPixel.shape[1] as number;
  const [row, col] = tf.split(origin, 2, 1).map((part) => part.reshape([1, -1, 1]));
  const [a, b, c] = tf.split(fromPixel.reshape([3, batch, 3]), 3, 2);
  const shifted = tf.add(tf.add(tf.mul(a, row), tf.mul(b, col)), c);
  return tf.concat([a, b, shifted], 2);
}

/** The pixels (row, col) [B, 2] at which cameras [B, 12] see points [B, 3] in metres. */
export function projectPoints(camera: Tensor, points: Tensor): Tensor {
  const [alongX, alongY, alongZ, offset] = cameraColumns(camera);
  const [x, y, z] = tf.split(points, 3, 1);
  const image = tf.add(tf.add(tf.mul(alongX, x), tf.mul(alongY, y)), tf.add(tf.mul(alongZ, z), offset));
  const [place, depth] = tf.split(image, [2, 1], 1);
  return tf.div(place, depth);
}

/** Where in the push frame points [B, 3] appear to lie, seen through the camera: [B, 2] (u, v). */
export function appearAt(frame: PushFrame, camera: Tensor, points: Tensor): Tensor {
  const pixel = projectPoints(camera, points).transpose([1, 0]).expandDims(2);
  return mapPoints(frame.fromPixel, pixel).squeeze([2]).transpose([1, 0]);
}
