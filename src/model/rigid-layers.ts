/**
 * The layers of the rigid-motion predictor: their shapes, their first weights and what they cost. By default about
 * 190,000 weights and 6 million multiply-accumulates a step.
 */
import type { TensorSpec } from '../compute/compute.ts';
import type { Random } from '../spec/random.ts';
import { GRIPPER_CHANNELS, GRIPPER_NUMBERS } from './gripper.ts';
import { MOMENTS } from './moments.ts';

export interface RigidNetworkConfig {
  /** Side of the square of the push frame that the network sees, in cells; a multiple of 4. */
  readonly cells: number;
  /** Side of a cell, metres. */
  readonly cellM: number;
  /** Side of the square cut of the picture that a step may change, pixels. */
  readonly cut: number;
  /** Channels at half and at quarter resolution. */
  readonly fine: number;
  readonly coarse: number;
  /** Number of rigid motions in the mixture. */
  readonly motions: number;
  /** Height at which the gripper touches objects, metres. */
  readonly contactHeightM: number;
}

export const RIGID_DEFAULTS: RigidNetworkConfig = {
  cells: 24,
  cellM: 0.008,
  cut: 32,
  fine: 32,
  coarse: 64,
  motions: 2,
  contactHeightM: 0.02,
};

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

/** Per cell: still, one logit a motion, free flow's logit; the free flow; uncovered. */
const fieldChannels = (config: RigidNetworkConfig): number => config.motions + 5;

interface Layer {
  readonly shape: readonly number[];
  /** Standard deviation of the initial weights; He et al. 2015 where absent. */
  readonly std?: number;
  readonly biasStd?: number;
}

function layers(config: RigidNetworkConfig): Record<string, Layer> {
  const { fine, coarse, motions, cells } = config;
  return {
    look: { shape: [3, 3, VIEW_CHANNELS + GRIPPER_CHANNELS, fine] },
    edgeA: { shape: [3, 3, fine, fine] },
    edgeB: { shape: [3, 3, fine, fine], std: 0.03 },
    down: { shape: [3, 3, fine, coarse] },
    mixA: { shape: [3, 3, coarse, coarse] },
    mixB: { shape: [3, 3, coarse, coarse] },
    up: { shape: [1, 1, coarse, 2 * fine] },
    field: { shape: [3, 3, fine + fine / 2, 4 * fieldChannels(config)], std: 0.02 },
    squeeze: { shape: [1, 1, coarse, SQUEEZED] },
    dense: {
      shape: [SQUEEZED * (cells / 4) ** 2 + 2 * LANES * cells + MOMENTS * motions + GRIPPER_NUMBERS, DENSE],
    },
    deep: { shape: [DENSE, DEEP] },
    motion: { shape: [DEEP, MOTION_NUMBERS * motions], std: 0.02, biasStd: 0.1 },
  };
}

export function weightSpecs(config: RigidNetworkConfig): Record<string, TensorSpec> {
  const specs: Record<string, TensorSpec> = {};
  for (const [name, { shape }] of Object.entries(layers(config))) {
    specs[`${name}/weights`] = { shape, dtype: 'float32' };
    specs[`${name}/bias`] = { shape: [shape[shape.length - 1]], dtype: 'float32' };
  }
  return specs;
}

export function initialWeights(config: RigidNetworkConfig, random: Random): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = {};
  for (const [name, { shape, std, biasStd }] of Object.entries(layers(config))) {
    const count = shape.reduce((a, b) => a * b, 1);
    const outputs = shape[shape.length - 1];
    const spread = std ?? Math.sqrt(2 / (count / outputs));
    values[`${name}/weights`] = Float32Array.from({ length: count }, () => spread * random.normal());
    values[`${name}/bias`] = Float32Array.from({ length: outputs }, () => (biasStd ?? 0) * random.normal());
  }
  return values;
}

/** Multiply-accumulates of one call for one candidate. */
export function networkMacs(config: RigidNetworkConfig): number {
  const half = (config.cells / 2) ** 2;
  const quarter = (config.cells / 4) ** 2;
  const places: Record<string, number> = {
    look: half,
    edgeA: half,
    edgeB: half,
    field: half,
    dense: 1,
    deep: 1,
    motion: 1,
  };
  return Object.entries(layers(config)).reduce(
    (sum, [name, { shape }]) => sum + (places[name] ?? quarter) * shape.reduce((a, b) => a * b, 1),
    0,
  );
}
