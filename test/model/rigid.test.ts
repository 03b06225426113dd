import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { expectedPixels, pixelBlobs } from '../../src/model/distribution.ts';
import type { Weights } from '../../src/model/predictor.ts';
import { rigidPredictor } from '../../src/model/rigid.ts';
import { RIGID_DEFAULTS } from '../../src/model/rigid-network.ts';
import { predictorContract, randomContext, weightTensors } from '../contract/predictor.ts';
import { testRig } from '../fixtures/rig.ts';

const frame = { height: 24, width: 32 };
const rig = testRig(frame);
const config = { ...RIGID_DEFAULTS, cut: 16, fine: 4, coarse: 8 };
const predictor = rigidPredictor(rig, frame, config);

predictorContract(() => ({ predictor, rig }));

/** All weights zero but the biases that decide the mixture and the motions: a motion known by hand. */
function handMade(chosen: 'still' | 'first motion', motion: readonly number[] = [0, 0, 0, 0]): Weights {
  const zero = Object.fromEntries(
    Object.entries(weightTensors(predictor, 1)).map(([name, tensor]) => [name, tf.zerosLike(tensor)]),
  );
  const field = Array.from({ length: 4 }, () =>
    chosen === 'still' ? [100, 0, 0, 0, 0, 0, -100] : [-100, 100, -100, -100, 0, 0, -100],
  ).flat();
  // depthToSpace takes each block's four pixels one after the other, all their channels together.
  return {
    ...zero,
    'field/bias': tf.tensor1d(field),
    'motion/bias': tf.tensor1d([...motion, 0, 0, 0, 0]),
  };
}

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
    const weights = handMade('still');
    const painted = predictor.paint(predictor.step(weights, predictor.encode(weights, context), still));
    expect(tf.max(tf.abs(tf.sub(painted, context.frame))).dataSync()[0]).toBeLessThan(0.02);
  });

  it('a shift of (2, -4) pixels from where they come: content moves by (-2, +4)', () => {
    const [row, col] = whereIs(handMade('first motion', [1, -2, 0, 0]), [12, 15]);
    expect(row).toBeCloseTo(10, 0);
    expect(col).toBeCloseTo(19, 0);
  });

  it('a turn on the table turns about the gripper, and the picture is foreshortened', () => {
    // The gripper stands in the picture's middle; a point to its right moves up or down with the turn.
    const [row, col] = whereIs(handMade('first motion', [0, 0, 3, 0]), [12, 21]);
    expect(Math.abs(row - 12)).toBeGreaterThan(0.8);
    expect(Math.abs(row - 12)).toBeLessThan(2.2);
    expect(Math.abs(col - 21)).toBeLessThan(1.2);
  });

  it('outside of the cut nothing moves', () => {
    const [row, col] = whereIs(handMade('first motion', [1, -2, 0, 0]), [12, 28]);
    expect(row).toBeCloseTo(12, 0);
    expect(col).toBeCloseTo(28, 0);
  });

  it('what is uncovered shows the plate', () => {
    const weights = { ...handMade('still') };
    weights['field/bias'] = tf.tensor1d(Array.from({ length: 4 }, () => [100, 0, 0, 0, 0, 0, 100]).flat());
    const latent = predictor.step(weights, predictor.encode(weights, context), still);
    const { painted, index } = predictor.change(latent);
    const plate = tf.gather(context.plate.reshape([-1, 3]), index as never).reshape(painted.shape);
    expect(tf.mean(tf.abs(tf.sub(painted, plate))).dataSync()[0]).toBeLessThan(0.1);
  });
});
