import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';

/** A cut of the scene as the pointers show it; each [B, cut, cut, ...]. */
export interface View {
  readonly colours: Tensor;
  readonly known: Tensor;
  readonly visible: Tensor;
  readonly plate: Tensor;
}

/** The scene where it is visible, the plate elsewhere. */
export function blend(colours: Tensor, plate: Tensor, visible: Tensor): Tensor {
  return tf.add(plate, tf.mul(tf.sub(colours, plate), visible));
}
