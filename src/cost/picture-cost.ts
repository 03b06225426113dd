/**
 * The cost on predicted frames: how far a predicted picture is from a wanted one. It needs no designated pixel and no
 * registration, and says nothing while a thing and its goal do not overlap yet (Finn and Levine 2017, and Ebert et al.
 * 2018, give that as the reason to plan on pixels instead).
 */
import type { Tensor } from '@tensorflow/tfjs';
import type { Value } from '../compute/compute.ts';
import { tf } from '../compute/tfjs.ts';
import { withoutShadows } from '../model/scene.ts';

/** A wanted picture, as predictors paint pictures. */
export interface WantedPicture {
  /** Without shadows, [1, h, w, 3] in 0..1. */
  readonly scene: Value;
  /** How much of each pixel the arm left in sight when it was taken, [1, h, w, 1]. */
  readonly visible: Value;
}

/**
 * @param frame as the camera saw it, [1, h, w, 3] in 0..1
 * @param plate the empty table, of the same shape
 * @param armMask how much of each pixel the arm covers, [1, h, w, 1]
 */
export function wantedPicture(frame: Value, plate: Value, armMask: Value): WantedPicture {
  const tensor = ({ shape, data }: Value): Tensor => tf.tensor(data, [...shape]);
  const scene = tf.tidy(() => withoutShadows(tensor(frame), tensor(plate)));
  const data = scene.dataSync<'float32'>().slice();
  scene.dispose();
  return {
    scene: { shape: frame.shape, data },
    visible: { shape: armMask.shape, data: Float32Array.from(armMask.data, (covered) => 1 - covered) },
  };
}

/**
 * Sums of the absolute differences (mean over colours) of `painted` [N, h, w, 3] from `scene` [1, h, w, 3] where it is
 * `visible` [1, h, w, 1], [N].
 */
export function pictureDistance(painted: Tensor, scene: Tensor, visible: Tensor): Tensor {
  return tf.sum(tf.mul(tf.mean(tf.abs(tf.sub(painted, scene)), 3, true), visible), [1, 2, 3]);
}
