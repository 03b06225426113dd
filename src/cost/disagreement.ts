/**
 * How unsure a predictor is of what candidates would do, without a second one: it is asked twice, once in a mirror,
 * and where the two answers differ it has not learned what happens (test-time augmentation as an estimate of
 * uncertainty, Wang et al. 2019; disagreement as what to explore, Pathak et al. 2019).
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Tensors } from '../compute/compute.ts';
import type { Predictor, Weights } from '../model/predictor.ts';

/**
 * Inputs as `Context` (B = 1, but for `mirror`) and `candidates` [N, T, 3]. Outputs `disagreement` [N]: the mean
 * absolute difference (0..1) of the last frames that are predicted plainly and in the mirror.
 */
export function mirrorDisagreement(predictor: Predictor, weights: Weights, inputs: Tensors): Tensors {
  const { frame, armMask, plate, behind, tip, camera, candidates } = inputs;
  const horizon = candidates.shape[1] as number;
  const [plain, mirrored] = [1, -1].map((side): Tensor => {
    const mirror = tf.fill([1, 1], side);
    const start = predictor.encode(weights, { frame, armMask, plate, behind, tip, camera, mirror });
    return predictor.paint(predictor.roll(weights, start, candidates)[horizon - 1]);
  });
  return { disagreement: tf.mean(tf.abs(tf.sub(plain, mirrored)), [1, 2, 3]) };
}
