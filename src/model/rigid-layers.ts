/**
 * The layers of the rigid-motion predictor: their shapes, their first weights and what they cost. By default about
 * 200,000 weights and 4.6 million multiply-accumulates a step.
 */
import { z } from 'zod';
import { frameSizeSchema } from '../spec/rig.ts';
import { GRIPPER_CHANNELS, GRIPPER_NUMBERS } from './gripper.ts';
import type { Layers } from './layers.ts';
import { rawChannels } from './mixture.ts';
import { MOMENTS } from './moments.ts';

const positive = z.number().int().positive();

/** What a checkpoint says of this network; unknown keys are errors. */
export const rigidSchema = z.strictObject({
  network: z.literal('rigid'),
  /** By default for a camera of 4:3. */
  frame: frameSizeSchema.default({ height: 90, width: 120 }),
  /** Side of the square of the push frame that the network sees, in cells. */
  cells: positive.multipleOf(4).min(8).default(24),
  /** Side of a cell, metres. */
  cellM: z.number().positive().default(0.007),
  /** Side of the blocks of pixels that move as one, pixels. */
  stride: positive.default(2),
  /** Side of the square cut of the picture that a step may change, pixels. With 36 it predicts worse, 10 steps ahead. */
  cut: positive.multipleOf(2).default(44),
  /** Channels at half and at quarter resolution. */
  fine: positive.multipleOf(2).default(16),
  coarse: positive.default(64),
  /** Number of rigid motions in the mixture. */
  motions: positive.default(2),
  /** Height at which the gripper touches objects, metres. */
  contactHeightM: z.number().positive().default(0.02),
});

export type RigidConfig = z.infer<typeof rigidSchema>;
export type RigidNetworkConfig = Readonly<Omit<RigidConfig, 'network' | 'frame'>>;

/** How colours differ from the plate, how much of an object is there, what was not seen, in 2x2 blocks. */
const VIEW_CHANNELS = 4 * 5;
/** Which of those says how much of an object there is. */
export const OBJECT_CHANNEL = 3;
const SQUEEZED = 12;
const DENSE = 128;
const DEEP = 64;
/** Columns of cells next to the gripper's way that the motions' layers see as they are. */
export const LANES = 6;

/** Of each motion: how far things shift along u and v, and how far they turn. */
export const MOTION_NUMBERS = 3;

export function rigidLayers(config: RigidNetworkConfig): Layers {
  const { fine, coarse, motions, cells } = config;
  const half = (cells / 2) ** 2;
  const quarter = (cells / 4) ** 2;
  const known = SQUEEZED * quarter + 2 * LANES * cells + MOMENTS * motions + GRIPPER_NUMBERS;
  return {
    // 32 channels in: onnxruntime convolves whole blocks of them, 33 took it twice as long.
    look: { places: half, shape: [3, 3, VIEW_CHANNELS + GRIPPER_CHANNELS, fine] },
    edgeA: { places: half, shape: [3, 3, fine, fine] },
    edgeB: { places: half, shape: [3, 3, fine, fine], std: 0.03 },
    down: { places: quarter, shape: [3, 3, fine, coarse] },
    mixA: { places: quarter, shape: [3, 3, coarse, coarse] },
    mixB: { places: quarter, shape: [3, 3, coarse, coarse] },
    up: { places: quarter, shape: [1, 1, coarse, 2 * fine] },
    // What lies around has been looked at three times by then: a 3x3 here took a seventh of a step and predicted no better.
    field: { places: half, shape: [1, 1, fine + fine / 2, 4 * rawChannels(motions)], std: 0.02 },
    squeeze: { places: quarter, shape: [1, 1, coarse, SQUEEZED] },
    dense: { places: 1, shape: [known, DENSE] },
    deep: { places: 1, shape: [DENSE, DEEP] },
    motion: { places: 1, shape: [DEEP, MOTION_NUMBERS * motions], std: 0.02, biasStd: 0.1 },
  };
}
