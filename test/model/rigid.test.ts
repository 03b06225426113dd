import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { expectedPixels, pixelBlobs } from '../../src/model/distribution.ts';
import type { Weights } from '../../src/model/predictor.ts';
import { predictorContract, randomContext } from '../contract/predictor.ts';
import { handMadeTensors, SMALL_FRAME, SMALL_PREDICTOR, SMALL_RIG } from '../fixtures/hand-made.ts';

const [frame, rig, predictor] = [SMALL_FRAME, SMALL_RIG, SMALL_PREDICTOR];

predictorContract(() => ({ predictor, rig }));

const context = randomContext(predictor, rig, 1);
const still = tf.zeros([1, 3]);
const whereIs = (weights: Weights, pixel: readonly number[], action: Tensor = still): number[] => {
  const latent = predictor.step(weights, predictor.encode(weights, context), action);
  const first = pixelBlobs(tf.tensor3d([[[...pixel]]]), frame);
  const { now } = predictor.carry({ first, now: first }, latent);
  return [...expectedPixels(now, frame).dataSync()];
};

describe('rigid motions, weights set by hand', () => {
  it('"still" keeps every pixel', () => {
    const weights = handMadeTensors('still');
    const painted = predictor.paint(predictor.step(weights, predictor.encode(weights, context), still));
    expect(tf.max(tf.abs(tf.sub(painted, context.frame))).dataSync()[0]).toBeLessThan(0.02);
  });

  it('a shift of (2, -4) pixels from where they come: content moves by (-2, +4)', () => {
    const [row, col] = whereIs(handMadeTensors('first motion', [1, -2, 0, 0]), [12, 15]);
    expect(row).toBeCloseTo(10, 0);
    expect(col).toBeCloseTo(19, 0);
  });

  it('a turn on the table turns about the gripper, and the picture is foreshortened', () => {
    // The gripper stands in the picture's middle; a point to its right moves up or down with the turn.
    const [row, col] = whereIs(handMadeTensors('first motion', [0, 0, 3, 0]), [12, 21]);
    expect(Math.abs(row - 12)).toBeGreaterThan(0.8);
    expect(Math.abs(row - 12)).toBeLessThan(2.2);
    expect(Math.abs(col - 21)).toBeLessThan(1.2);
  });

  // Training mirrors half of each batch. A turn that stayed the same on the table looked like two opposite ones,
  // so that no turn could be learned.
  it('a turn looks mirrored through a mirrored camera', () => {
    const turn = handMadeTensors('first motion', [0, 0, 3, 0]);
    const plain = whereIs(turn, [12, 21]);
    const matrix = [...rig.projection.matrix];
    const mirrored = matrix.map((m, k) => (k < 4 ? (frame.width - 1) * matrix[8 + k] - m : m));
    const seen = { ...context, camera: tf.tensor2d(mirrored, [1, 12]) };
    const latent = predictor.step(turn, predictor.encode(turn, seen), still);
    const first = pixelBlobs(tf.tensor3d([[[12, frame.width - 1 - 21]]]), frame);
    // Rows of the network's picture do not depend on the mirror: the same weights turn the same way about.
    const { now } = predictor.carry({ first, now: first }, latent);
    const [row, col] = expectedPixels(now, frame).dataSync();
    const opposite = whereIs(turn, [12, 10]);
    expect(row).toBeCloseTo(opposite[0], 0);
    expect(col).toBeCloseTo(opposite[1], 0);
    expect(Math.sign(row - 12)).toBe(-Math.sign(plain[0] - 12));
  });

  it('outside of the cut nothing moves', () => {
    const [row, col] = whereIs(handMadeTensors('first motion', [1, -2, 0, 0]), [12, 28]);
    expect(row).toBeCloseTo(12, 0);
    expect(col).toBeCloseTo(28, 0);
  });

  it('what is uncovered shows the plate', () => {
    const weights = handMadeTensors('uncovered');
    const latent = predictor.step(weights, predictor.encode(weights, context), still);
    const { painted, index } = predictor.change(latent);
    const plate = tf.gather(context.plate.reshape([-1, 3]), index as never).reshape(painted.shape);
    expect(tf.mean(tf.abs(tf.sub(painted, plate))).dataSync()[0]).toBeLessThan(0.1);
  });
});
