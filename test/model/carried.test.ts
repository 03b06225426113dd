import type { Tensor } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { pixelBlobs } from '../../src/model/distribution.ts';
import type { PixelDistributions } from '../../src/model/predictor.ts';
import { randomContext, weightTensors } from '../contract/predictor.ts';
import { handMadeTensors, moveBy, SMALL_FRAME, SMALL_PREDICTOR, SMALL_RIG } from '../fixtures/hand-made.ts';

const context = randomContext(SMALL_PREDICTOR, SMALL_RIG, 3);

/** Both ways of going about it, over five steps that take the cut all over the picture, to even and odd pixels. */
it.each([
  ['by hand', handMadeTensors('first motion', moveBy(1, 2))],
  ['at random', weightTensors(SMALL_PREDICTOR, 4)],
])('asks only the cut anew, and comes to what asking every pixel anew comes to: weights %s', (_, weights) => {
  const first = pixelBlobs(tf.tensor3d([[[12, 15], [4, 25]]]), SMALL_FRAME); // prettier-ignore
  let latent = SMALL_PREDICTOR.encode(weights, context);
  let pixels: PixelDistributions = { first, now: first };
  for (let t = 0; t < 5; t++) {
    const action = tf.tensor2d([[0.9, -0.4, 0], [-0.7, 0.8, 0], [0.3, 0.1 * t, -0.2]]); // prettier-ignore
    latent = SMALL_PREDICTOR.step(weights, latent, action);
    pixels = SMALL_PREDICTOR.carry(pixels, latent);
    const anew = SMALL_PREDICTOR.carry({ first, now: first }, latent);
    const apart: Tensor = tf.max(tf.abs(tf.sub(pixels.now, anew.now)));
    expect(apart.dataSync()[0]).toBeLessThan(1e-6);
  }
  // It did move.
  const still = SMALL_PREDICTOR.carry({ first, now: first }, SMALL_PREDICTOR.encode(weights, context));
  expect(tf.max(tf.abs(tf.sub(pixels.now, tf.tile(still.now, [3, 1, 1, 1])))).dataSync()[0]).toBeGreaterThan(
    0.01,
  );
});
