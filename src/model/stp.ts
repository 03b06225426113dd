/**
 * STP (spatial transformer predictors, Finn, Goodfellow & Levine 2016): ten affine maps of the whole picture, made
 * from the bottleneck by one fully connected layer; masks choose among the results at each pixel. No gradient flows
 * back from a transformed picture into the one it was made from. What is common to the family and departs from the
 * paper is said in `finn.ts`.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { z } from 'zod';
import { tf } from '../compute/tfjs.ts';
import type { Rig } from '../spec/rig.ts';
import { bottleneckSize, placesAt, trunkSettings, type TrunkConfig } from './finn-layers.ts';
import { finnPredictor, type PixelMotion } from './finn.ts';
import { connect } from './layers.ts';
import { withoutGradient } from './ops.ts';
import { affineOffsets, applyOffsets, STILL_AFFINE } from './pixel-transformations.ts';
import type { Predictor } from './predictor.ts';

export const stpSchema = z.strictObject({
  network: z.literal('stp'),
  ...trunkSettings,
  /** Affine maps, each with its mask. */
  transformations: z.number().int().positive().default(10),
});

export interface StpConfig extends TrunkConfig {
  readonly transformations: number;
}

export function stpPredictor(config: StpConfig, rig: Rig): Predictor {
  return finnPredictor({ name: 'stp', config, motion: stpMotion(config), firstFrame: false }, rig);
}

/** Standard deviation of the maps' numbers before training: of shifts, about a pixel of 64. */
const AFFINE_STD = 0.03;
/** A bilinear read of three channels. */
const READ_MACS = 4 * 3;

function stpMotion(config: StpConfig): PixelMotion {
  const { transformations } = config;
  const { height, width } = config.frame;
  const inputs = bottleneckSize(config);
  const still = Array.from({ length: transformations }, () => STILL_AFFINE).flat();
  return {
    layers: {
      affine: {
        places: 1,
        shape: [inputs, 6 * transformations],
        std: AFFINE_STD / Math.sqrt(inputs),
        bias: still,
        biasStd: AFFINE_STD,
      },
    },
    count: transformations,
    macs: placesAt(1, config) * transformations * (READ_MACS + 3),
    still: () => ({
      affine: tf.tensor3d(still, [1, transformations, 6]),
      masks: tf.mul(
        tf.tensor4d([1, ...Array<number>(transformations).fill(0)], [1, 1, 1, 1 + transformations]),
        tf.ones([1, height, width, 1]),
      ),
    }),
    predict(weights, { bottleneck }, masks) {
      const raw = connect(weights, 'affine', bottleneck.reshape([-1, inputs]));
      return { affine: raw.reshape([-1, transformations, 6]), masks };
    },
    move(picture, { affine, masks }) {
      const [standing, moving] = tf.split(masks, [1, transformations], 3);
      // Adding gradients up where ten maps fetched a pixel would cost as much again; by way of the masks and of the
      // picture as it is they do flow back.
      const fetched = withoutGradient(tf.scalar(0), () => picture.clone());
      const moved = applyOffsets(affineOffsets(affine, height, width), fetched, moving);
      return tf.add(tf.mul(picture, standing), moved);
    },
    flow({ affine, masks }): Tensor {
      const [, moving] = tf.split(masks, [1, transformations], 3);
      const batch = masks.shape[0];
      const offsets = affineOffsets(affine, height, width).reshape([2, batch, transformations, -1]);
      const shares = moving.transpose([0, 3, 1, 2]).reshape([1, batch, transformations, -1]);
      return tf.sum(tf.mul(offsets, shares), 2).reshape([2, batch, height, width]).transpose([1, 2, 3, 0]);
    },
  };
}
