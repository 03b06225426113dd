/**
 * CDNA (convolutional dynamic neural advection, Finn, Goodfellow & Levine 2016): ten kernels for the whole picture, made
 * from the bottleneck by one fully connected layer, each applied to the whole last picture; masks choose among
 * the results at each pixel. What is common to the family and departs from the paper is said in `finn.ts`.
 */
import { z } from 'zod';
import { tf } from '../compute/tfjs.ts';
import type { Rig } from '../spec/rig.ts';
import { bottleneckSize, placesAt, trunkSettings, type TrunkConfig } from './finn-layers.ts';
import { finnPredictor, type PixelMotion } from './finn.ts';
import { kernelMotion, kernelSettings } from './kernel-motion.ts';
import { connect } from './layers.ts';
import { mixKernels, normaliseKernels, stillKernel } from './pixel-transformations.ts';
import type { Predictor } from './predictor.ts';

export const cdnaSettings = {
  ...trunkSettings,
  ...kernelSettings,
  /** Kernels, each with its mask. */
  transformations: z.number().int().positive().default(10),
};

export const cdnaSchema = z.strictObject({ network: z.literal('cdna'), ...cdnaSettings });

export interface CdnaConfig extends TrunkConfig {
  readonly kernel: number;
  readonly transformations: number;
}

export function cdnaPredictor(config: CdnaConfig, rig: Rig): Predictor {
  return finnPredictor({ name: 'cdna', config, motion: cdnaMotion(config), firstFrame: false }, rig);
}

/** Standard deviation of the kernels' entries before training. */
const KERNEL_STD = 0.1;

export function cdnaMotion(config: CdnaConfig): PixelMotion {
  const { frame, kernel, transformations } = config;
  const taps = kernel * kernel;
  const still = stillKernel(kernel);
  const inputs = bottleneckSize(config);
  return {
    layers: {
      kernels: {
        places: 1,
        shape: [inputs, transformations * taps],
        std: KERNEL_STD / Math.sqrt(inputs),
        bias: Array.from({ length: transformations }, () => still).flat(),
        biasStd: KERNEL_STD,
      },
    },
    count: transformations,
    macs: placesAt(1, config) * taps * (transformations + 1 + 3),
    ...kernelMotion(frame, kernel),
    predict(weights, { bottleneck }, masks) {
      const batch = masks.shape[0];
      const raw = connect(weights, 'kernels', bottleneck.reshape([batch, inputs]));
      const made = normaliseKernels(raw.reshape([batch, transformations, taps]), 2);
      // The last picture as it is stands among the transformed ones, by a kernel that does nothing.
      const standing = tf.mul(tf.tensor3d(still, [1, 1, taps]), tf.ones([batch, 1, 1]));
      return { kernels: mixKernels(tf.concat([standing, made], 1), masks) };
    },
  };
}
