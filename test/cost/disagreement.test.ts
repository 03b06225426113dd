import { describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { mirrorDisagreement } from '../../src/cost/disagreement.ts';
import { cameraMatrix } from '../../src/model/camera-matrix.ts';
import type { Weights } from '../../src/model/predictor.ts';
import { handMadeTensors, moveBy, SMALL_FRAME, SMALL_PREDICTOR, SMALL_RIG } from '../fixtures/hand-made.ts';

const { height, width } = SMALL_FRAME;

/** A white square in the middle of a dark table, the gripper low beside it. */
function disagreements(weights: Weights, candidates: number[][][]): number[] {
  return tf.tidy(() => {
    const shape = [1, height, width, 3] as [number, number, number, number];
    const plate = tf.fill(shape, 0.2);
    const rows = tf.range(0, height).reshape([1, height, 1, 1]);
    const cols = tf.range(0, width).reshape([1, 1, width, 1]);
    const near = (x: typeof rows, at: number): typeof rows =>
      tf.cast(tf.less(tf.abs(tf.sub(x, at)), 3), 'float32');
    const square = tf.mul(near(rows, 11), near(cols, 16));
    const inputs = {
      frame: tf.add(plate, tf.mul(square, 0.7)),
      armMask: tf.zeros([1, height, width, 1]),
      plate,
      behind: plate,
      tip: tf.tensor2d([[-0.08, 0, 0.02]]),
      camera: tf.tensor2d(cameraMatrix(SMALL_RIG, SMALL_FRAME), [1, 12]),
      candidates: tf.tensor3d(candidates),
    };
    return [...mirrorDisagreement(SMALL_PREDICTOR, weights, inputs).disagreement.dataSync()];
  });
}

const right = [
  [1, 0, 0],
  [1, 0, 0],
];
const still = [
  [0, 0, 0],
  [0, 0, 0],
];

describe('disagreement with the mirror', () => {
  it('is none where the model says the same from either side', () => {
    for (const weights of [handMadeTensors('still'), handMadeTensors('first motion', moveBy(0, 1))]) {
      for (const value of disagreements(weights, [right, still])) expect(value).toBeLessThan(1e-6);
    }
  });

  it('is as large as the pictures differ where every motion goes to the left of the push', () => {
    // Two steps of one pixel up, or in the mirror down: the square's 5 rows at 4 pixels' distance share one.
    const [moved] = disagreements(handMadeTensors('first motion', moveBy(-1, 0)), [right, still]);
    const differing = (2 * 4 * 5 * 0.7) / (height * width);
    expect(moved / differing).toBeGreaterThan(0.8);
    expect(moved / differing).toBeLessThan(1.2);
  });
});
