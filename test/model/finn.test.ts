/** What the networks of Finn et al. 2016 have in common, whatever moves their pixels. */
import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { expectedPixels, pixelBlobs } from '../../src/model/distribution.ts';
import { step, type Context, type Latent } from '../../src/model/predictor.ts';
import { randomContext, weightTensors } from '../contract/predictor.ts';
import { waves } from '../fixtures/batch.ts';
import { smallFinn } from '../fixtures/finn.ts';
import { SMALL_FRAME, SMALL_RIG } from '../fixtures/hand-made.ts';

const { height, width } = SMALL_FRAME;
const numbers = (x: Tensor): number[] => [...x.dataSync()];
const pushes = [[0.7, 0.3, 0], [0.4, -0.6, 0.2]]; // prettier-ignore

describe.each(['cdna', 'dna', 'stp', 'sna'])('%s', (network) => {
  const predictor = smallFinn(network);
  const weights = weightTensors(predictor, 4);
  const predict = (seen: Context, actions: readonly (readonly number[])[]): Latent =>
    actions.reduce<Latent>(
      (latent, action) => step(predictor, weights, latent, tf.tensor2d([[...action]])),
      predictor.encode(weights, seen),
    );

  it('adds up shares of 1: where everything is white, white is predicted', () => {
    const white = tf.ones([1, height, width, 3]);
    const seen = { ...randomContext(predictor, SMALL_RIG, 1), frame: white, plate: white, behind: white };
    const painted = predictor.paint(predict(seen, pushes));
    // Kernels draw black over the border, two pixels a step.
    const inner = tf.slice(painted, [0, 4, 4, 0], [1, height - 8, width - 8, 3]);
    for (const value of numbers(inner)) expect(value).toBeCloseTo(1, 4);
  });

  it('moves designated pixels as it moves the picture', () => {
    // A picture that is its own distribution, on a black plate.
    const blob = pixelBlobs(tf.tensor3d([[[11, 14]]]), SMALL_FRAME);
    const black = tf.zeros([1, height, width, 3]);
    const seen = {
      ...randomContext(predictor, SMALL_RIG, 1),
      frame: tf.tile(tf.mul(blob, 8), [1, 1, 1, 3]),
      plate: black,
      behind: black,
    };
    let latent = predictor.encode(weights, seen);
    let pixels = { first: blob, now: blob };
    for (const action of pushes) {
      latent = step(predictor, weights, latent, tf.tensor2d([action]));
      pixels = predictor.carry(pixels, latent);
    }
    const [red] = tf.split(predictor.paint(latent), 3, 3);
    const shown = numbers(expectedPixels(tf.div(red, tf.sum(red)), SMALL_FRAME));
    const carried = numbers(expectedPixels(pixels.now, SMALL_FRAME));
    expect(carried[0]).toBeCloseTo(shown[0], 1);
    expect(carried[1]).toBeCloseTo(shown[1], 1);
    expect(Math.hypot(carried[0] - 11, carried[1] - 14)).toBeGreaterThan(0.01);
  });

  it('predicts a mirrored world as the mirror image, pixels and picture', () => {
    const picture = (phase: number): Tensor => tf.tensor(waves(phase), [1, height, width, 3]);
    const plain: Context = {
      ...randomContext(predictor, SMALL_RIG, 1),
      frame: picture(0),
      plate: picture(2),
      behind: picture(4),
      armMask: tf.pad(tf.ones([1, 5, 4, 1]), [[0, 0], [3, height - 8], [11, width - 15], [0, 0]]), // prettier-ignore
    };
    const flip = (x: Tensor): Tensor => tf.reverse(x, 2);
    const flipX = (vector: Tensor): Tensor => tf.mul(vector, tf.tensor2d([[-1, 1, 1]]));
    const mirrored: Context = {
      ...plain,
      frame: flip(plain.frame),
      plate: flip(plain.plate),
      behind: flip(plain.behind),
      armMask: flip(plain.armMask),
      tip: flipX(plain.tip),
      mirror: tf.neg(plain.mirror),
    };
    const straight = predict(plain, pushes);
    const reflected = predict(
      mirrored,
      pushes.map(([x, y, z]) => [-x, y, z]),
    );
    const expected = numbers(predictor.paint(straight));
    numbers(flip(predictor.paint(reflected))).forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i], 4),
    );
    const first = pixelBlobs(tf.tensor3d([[[11, 14]]]), SMALL_FRAME);
    const { now } = predictor.carry({ first, now: first }, straight);
    const other = predictor.carry({ first: flip(first), now: flip(first) }, reflected);
    const [row, col] = numbers(expectedPixels(now, SMALL_FRAME));
    const [flippedRow, flippedCol] = numbers(expectedPixels(other.now, SMALL_FRAME));
    expect(flippedRow).toBeCloseTo(row, 3);
    expect(width - 1 - flippedCol).toBeCloseTo(col, 3);
    const [flow, flippedFlow] = [straight, reflected].map((latent) => predictor.change(latent).flow);
    const back = numbers(tf.mul(flip(flippedFlow), tf.tensor4d([1, -1], [1, 1, 1, 2])));
    numbers(flow).forEach((value, i) => expect(back[i]).toBeCloseTo(value, 3));
    // Without the sign it would be another prediction.
    const unaware = predict(
      { ...mirrored, mirror: plain.mirror },
      pushes.map(([x, y, z]) => [-x, y, z]),
    );
    const apart = tf.mean(tf.abs(tf.sub(flip(predictor.paint(unaware)), predictor.paint(straight))));
    expect(apart.dataSync()[0]).toBeGreaterThan(1e-3);
  });
});
