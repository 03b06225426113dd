/**
 * The scene that a network predicts: what stands on the table, without the arm and without shadows. The arm's
 * next picture follows from its kinematics, and a moving shadow is not a moving thing: left in, both drown
 * what the gripper pushes.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Context } from './predictor.ts';

/** What is left of a colour (0..1) once a shadow is explained away: below the first table, above the second object. */
export const TABLE_BELOW = 10 / 255;
export const OBJECT_ABOVE = 26 / 255;
/** A shadow keeps at least so much of the plate's brightness; anything darker is an object. */
export const DARKEST_SHADOW = 0.4;
/** Light coming back from nearby things brightens the table by at most this factor. */
export const BRIGHTEST_TABLE = 1.08;

/**
 * `frame` [B, h, w, 3] with shadows on the plate taken off: a shadow scales the plate's colour by one factor,
 * so what remains after the best such factor tells an object (Horprasert et al. 1999).
 */
export function withoutShadows(frame: Tensor, plate: Tensor): Tensor {
  const sum = (x: Tensor): Tensor => tf.sum(x, 3, true);
  const brightness = tf.div(sum(tf.mul(frame, plate)), tf.add(sum(tf.square(plate)), 1e-4));
  const light = tf.clipByValue(brightness, DARKEST_SHADOW, BRIGHTEST_TABLE);
  const distortion = tf.sqrt(tf.add(sum(tf.square(tf.sub(frame, tf.mul(plate, light)))), 1e-8));
  const object = tf.clipByValue(tf.div(tf.sub(distortion, TABLE_BELOW), OBJECT_ABOVE - TABLE_BELOW), 0, 1);
  return tf.add(plate, tf.mul(tf.sub(frame, plate), object));
}

/** The scene of a context: as seen where it can be seen, as believed behind the arm, [B, h, w, 3]. */
export function sceneOf({ frame, armMask, plate, behind }: Context): Tensor {
  const seen = withoutShadows(frame, plate);
  return tf.add(seen, tf.mul(tf.sub(behind, seen), armMask));
}

/** A colour that differs from the plate's by the first (0..1) is table, by the second object. */
const OBJECT_DIFFERS = [0.04, 0.12] as const;

/** How much each pixel of a scene belongs to an object, [B, h, w, 1] in 0..1, whatever the object's colour. */
export function objectness(scene: Tensor, plate: Tensor): Tensor {
  const differs = tf.max(tf.abs(tf.sub(scene, plate)), 3, true);
  const [table, object] = OBJECT_DIFFERS;
  return tf.clipByValue(tf.div(tf.sub(differs, table), object - table), 0, 1);
}
