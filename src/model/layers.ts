/**
 * The layers of a network as a table: what follows from it are their weights' shapes, first values and cost. And what
 * a layer does.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { float32, type TensorSpec } from '../compute/compute.ts';
import { tf } from '../compute/tfjs.ts';
import type { Random } from '../spec/random.ts';
import type { Weights } from './predictor.ts';

export interface Layer {
  /** Of its weights; outputs come last: [h, w, in, out] or [in, out]. */
  readonly shape: readonly number[];
  /** At how many places of the picture it is applied. */
  readonly places: number;
  /** Standard deviation of the initial weights; He et al. 2015 where absent. */
  readonly std?: number;
  readonly biasStd?: number;
  /** What the initial bias is drawn around, for each output; 0 where absent. */
  readonly bias?: readonly number[];
}

/** Named layers. Each has `name/weights` and `name/bias`. */
export type Layers = Readonly<Record<string, Layer>>;

export function layerSpecs(layers: Layers): Record<string, TensorSpec> {
  const specs: Record<string, TensorSpec> = {};
  for (const [name, { shape }] of Object.entries(layers)) {
    specs[`${name}/weights`] = float32(...shape);
    specs[`${name}/bias`] = float32(shape[shape.length - 1]);
  }
  return specs;
}

export function initialLayerWeights(layers: Layers, random: Random): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = {};
  for (const [name, { shape, std, biasStd = 0, bias }] of Object.entries(layers)) {
    const count = size(shape);
    const outputs = shape[shape.length - 1];
    const spread = std ?? Math.sqrt(2 / (count / outputs));
    values[`${name}/weights`] = Float32Array.from({ length: count }, () => spread * random.normal());
    values[`${name}/bias`] = Float32Array.from(
      { length: outputs },
      (_, i) => (bias?.[i] ?? 0) + biasStd * random.normal(),
    );
  }
  return values;
}

/** Multiply-accumulates of all layers together, for one candidate. */
export function layerMacs(layers: Layers): number {
  return Object.values(layers).reduce((sum, { shape, places }) => sum + places * size(shape), 0);
}

/** A layer on pictures: its weights and bias, no activation. */
export function convolve(weights: Weights, name: string, x: Tensor, stride = 1): Tensor {
  const filter = weights[`${name}/weights`] as Tensor4D;
  return tf.add(tf.conv2d(x as Tensor4D, filter, stride, 'same'), weights[`${name}/bias`]);
}

/** A layer on vectors, the same. */
export function connect(weights: Weights, name: string, x: Tensor): Tensor {
  return tf.add(tf.matMul(x, weights[`${name}/weights`]), weights[`${name}/bias`]);
}

function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
