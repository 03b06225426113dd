import type { Tensor } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { normalised } from '../../src/model/distribution.ts';
import { planesOf } from '../../src/model/layout.ts';
import { readBilinear } from '../../src/model/ops.ts';
import { createPredictor } from '../../src/model/registry.ts';
import { step, type Latent } from '../../src/model/predictor.ts';
import { randomContext, weightTensors } from '../contract/predictor.ts';
import { handMadeTensors, moveBy, SMALL_NETWORK, SMALL_PREDICTOR, SMALL_RIG } from '../fixtures/hand-made.ts';

const COARSE_PREDICTOR = createPredictor({ ...SMALL_NETWORK, stride: 2 }, SMALL_RIG);
const context = randomContext(SMALL_PREDICTOR, SMALL_RIG, 3);

/** Five steps that take the cut all over the picture, to even and odd pixels. */
it.each([
  ['by hand', SMALL_PREDICTOR, handMadeTensors('first motion', moveBy(1, 2))],
  ['at random', SMALL_PREDICTOR, weightTensors(SMALL_PREDICTOR, 4)],
  ['by hand, a pointer every two pixels', COARSE_PREDICTOR, handMadeTensors('first motion', moveBy(1, 2))],
])(
  'asks only the cut anew, and comes to what asking every pointer comes to: weights %s',
  (_, predictor, weights) => {
    const start = predictor.designate(tf.tensor3d([[[12, 15], [4, 25]]])); // prettier-ignore
    const everyPointer = ({ pointers }: Latent): Tensor => {
      const [place, visible] = tf.split(planesOf(pointers), [2, 1], 0);
      const read = tf.mul(readBilinear(start.first, place), visible).transpose([1, 2, 0]);
      const { height, width } = predictor.distribution;
      return normalised(tf.add(read.reshape([-1, height, width, 2]), 1e-7));
    };
    let latent = predictor.encode(weights, context);
    let pixels = start;
    for (let t = 0; t < 5; t++) {
      const action = tf.tensor2d([[0.9, -0.4, 0], [-0.7, 0.8, 0], [0.3, 0.1 * t, -0.2]]); // prettier-ignore
      latent = step(predictor, weights, latent, action);
      pixels = predictor.carry(pixels, latent);
      const apart = tf.max(tf.abs(tf.sub(normalised(pixels.now), everyPointer(latent))));
      expect(apart.dataSync()[0]).toBeLessThan(1e-6);
    }
    // It did move.
    const moved = tf.max(tf.abs(tf.sub(normalised(pixels.now), normalised(start.now))));
    expect(moved.dataSync()[0]).toBeGreaterThan(0.004);
  },
);
