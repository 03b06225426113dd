/**
 * DNA (dynamic neural advection, Finn, Goodfellow & Levine 2016): a kernel for each pixel, made from the features at
 * full size. There is one transformed picture; masks choose between it, the last one and the background. What is
 * common to the family and departs from the paper is said in `finn.ts`.
 */
import { z } from 'zod';
import { tf } from '../compute/tfjs.ts';
import type { Rig } from '../spec/rig.ts';
import { featureChannels, placesAt, trunkSettings, type TrunkConfig } from './finn-layers.ts';
import { finnPredictor, type PixelMotion } from './finn.ts';
import { kernelMotion, kernelSettings } from './kernel-motion.ts';
import { convolve } from './layers.ts';
import { normaliseKernels, stillKernel } from './pixel-transformations.ts';
import type { Predictor } from './predictor.ts';

export const dnaSchema = z.strictObject({ network: z.literal('dna'), ...trunkSettings, ...kernelSettings });

export interface DnaConfig extends TrunkConfig {
  readonly kernel: number;
}

export function dnaPredictor(config: DnaConfig, rig: Rig): Predictor {
  return finnPredictor({ name: 'dna', config, motion: dnaMotion(config), firstFrame: false }, rig);
}

function dnaMotion(config: DnaConfig): PixelMotion {
  const { frame, kernel } = config;
  const taps = kernel * kernel;
  const still = stillKernel(kernel);
  const places = placesAt(1, config);
  return {
    layers: {
      kernels: {
        places,
        shape: [1, 1, featureChannels(config), taps],
        std: 0.05,
        bias: still,
        biasStd: 0.05,
      },
    },
    count: 1,
    macs: places * taps * 3,
    ...kernelMotion(frame, kernel),
    predict(weights, { features }, masks) {
      const [standing, moving] = tf.split(masks, 2, 3);
      const made = normaliseKernels(convolve(weights, 'kernels', features), 3);
      const unmoved = tf.mul(standing, tf.tensor4d(still, [1, 1, 1, taps]));
      return { kernels: tf.add(tf.mul(made, moving), unmoved) };
    },
  };
}
