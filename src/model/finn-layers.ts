/**
 * The layers that the networks of Finn, Goodfellow & Levine 2016 (arXiv 1605.07157, appendix A) have in common:
 * down to an eighth of the picture's size and up again, past seven convolutional LSTMs.
 */
import { z } from 'zod';
import { float32, type TensorSpec } from '../compute/compute.ts';
import { frameSizeSchema } from '../spec/rig.ts';
import type { Random } from '../spec/random.ts';
import { initialLayerWeights, layerSpecs, type Layers } from './layers.ts';

const eighths = z.number().int().positive().multipleOf(8);

/** Settings of every network of the family. */
export const trunkSettings = {
  /** Three times halved, three times doubled. */
  frame: frameSizeSchema
    .and(z.object({ height: eighths, width: eighths }))
    .default({ height: 64, width: 64 }),
  /**
   * Channels as a share of the published ones (32, 64 and 128), in all layers alike; 1 is the published network, with
   * some two thousand million multiply-accumulates a step. The default has a sixtieth of them: what two cores can
   * train in about half an hour.
   */
  width: z.number().positive().max(1).default(0.125),
};

export interface TrunkConfig {
  readonly frame: { readonly height: number; readonly width: number };
  readonly width: number;
}

/** Of the convolutional LSTMs: at which part of the picture's size, and their published channels. */
export const CELLS = [
  { part: 2, channels: 32 },
  { part: 2, channels: 32 },
  { part: 4, channels: 64 },
  { part: 4, channels: 64 },
  { part: 8, channels: 128 },
  { part: 4, channels: 64 },
  { part: 2, channels: 32 },
] as const;

/** What is seen: the picture and where the gripper is. */
const SEEN_CHANNELS = 4;
/** Where the gripper is (3) and the action (3), tiled over the bottleneck. */
const TOLD_NUMBERS = 6;

/** So many channels are left of so many published ones. */
export function scaled(channels: number, { width }: TrunkConfig): number {
  return Math.max(1, Math.round(channels * width));
}

/** Channels of the last picture of features, at full size. */
export function featureChannels(config: TrunkConfig): number {
  return 2 * scaled(32, config);
}

/** Numbers of the bottleneck, flattened. */
export function bottleneckSize(config: TrunkConfig): number {
  return placesAt(8, config) * scaled(128, config);
}

/** Pixels of the picture at a part of its size. */
export function placesAt(part: number, { frame: { height, width } }: TrunkConfig): number {
  return (height * width) / (part * part);
}

export function trunkLayers(config: TrunkConfig): Layers {
  const [narrow, middle, wide] = [32, 64, 128].map((channels) => scaled(channels, config));
  const at = (part: number): number => placesAt(part, config);
  const cell = (index: number, seen: number): Layers[string] => {
    const { part, channels } = CELLS[index - 1];
    const own = scaled(channels, config);
    const inputs = 5 * 5 * (seen + own);
    return { places: at(part), shape: [5, 5, seen + own, 4 * own], std: Math.sqrt(1 / inputs) };
  };
  return {
    look: { places: at(2), shape: [5, 5, SEEN_CHANNELS, narrow] },
    cell1: cell(1, narrow),
    cell2: cell(2, narrow),
    down1: { places: at(4), shape: [3, 3, narrow, narrow] },
    cell3: cell(3, narrow),
    cell4: cell(4, middle),
    down2: { places: at(8), shape: [3, 3, middle, middle] },
    told: { places: at(8), shape: [1, 1, middle + TOLD_NUMBERS, middle] },
    cell5: cell(5, middle),
    up1: { places: at(8), shape: [3, 3, wide, 4 * wide] },
    cell6: cell(6, wide),
    up2: { places: at(4), shape: [3, 3, middle + narrow, 4 * (middle + narrow)] },
    cell7: cell(7, middle + narrow),
    up3: { places: at(2), shape: [3, 3, 2 * narrow, 4 * featureChannels(config)] },
  };
}

/** Channels of what is normalised: the first convolution, what each LSTM says, the features. */
function norms(config: TrunkConfig): Record<string, number> {
  const cells = CELLS.map(({ channels }, i) => [`norm-cell${i + 1}`, scaled(channels, config)] as const);
  return {
    'norm-look': scaled(32, config),
    ...Object.fromEntries(cells),
    'norm-features': featureChannels(config),
  };
}

/** Shapes of all weights: those of the layers, trunk's and others', and of the normalisations. */
export function finnSpecs(config: TrunkConfig, layers: Layers): Record<string, TensorSpec> {
  const specs = layerSpecs(layers);
  for (const [name, channels] of Object.entries(norms(config))) {
    for (const part of ['gain', 'bias']) specs[`${name}/${part}`] = float32(channels);
  }
  return specs;
}

export function initialFinnWeights(
  config: TrunkConfig,
  layers: Layers,
  random: Random,
): Record<string, Float32Array> {
  const values = initialLayerWeights(layers, random);
  for (const [name, channels] of Object.entries(norms(config))) {
    values[`${name}/gain`] = new Float32Array(channels).fill(1);
    values[`${name}/bias`] = new Float32Array(channels);
  }
  return values;
}
