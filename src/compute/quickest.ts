/**
 * Which provider of the onnx engine computes quickest here. A GPU's driver may be missing, emulated or slower than the
 * processor at networks of this size: only trying tells.
 */
import type { Tensor4D } from '@tensorflow/tfjs';
import { messageOf } from '../spec/errors.ts';
import { seededRandom } from '../spec/random.ts';
import type { TensorFunction, Value } from './compute.ts';
import { relativeDifference } from './difference.ts';
import { createOnnxEngine } from './onnx-engine.ts';
import { builtInProviders, type Provider } from './onnx/providers.ts';
import { tf } from './tfjs.ts';

/** Like a step of planning: candidates [64, 14, 14, 32] through four 3x3 convolutions, 0.46 billion multiply-accumulates. */
const PICTURES = [64, 14, 14, 32];
const FILTER = [3, 3, 32, 32];
const LAYERS = 4;
const REPEATS = 3;
/** Worse than this (relative to the largest number), it does not compute what it was asked. */
const TOLERANCE = 1e-3;

/** How one provider did; `error` where it failed. */
export interface ProviderTrial {
  readonly provider: Provider;
  /** The quickest of several runs. */
  readonly ms?: number;
  readonly error?: string;
}

/** Tries every provider that onnxruntime was built with; the quickest first, those that failed last. */
export async function tryProviders(threads: number): Promise<ProviderTrial[]> {
  const expected = await probe('cpu', threads);
  const trials: ProviderTrial[] = [{ provider: 'cpu', ms: expected.ms }];
  for (const provider of builtInProviders().filter((name) => name !== 'cpu')) {
    try {
      const { ms, output } = await probe(provider, threads);
      const isRight = relativeDifference({ output }, { output: expected.output }) < TOLERANCE;
      trials.push({ provider, ...(isRight ? { ms } : { error: 'computes other numbers than the cpu' }) });
    } catch (error) {
      trials.push({ provider, error: messageOf(error).message });
    }
  }
  return trials.sort((one, other) => (one.ms ?? Infinity) - (other.ms ?? Infinity));
}

/** Runs the probe once more than is needed to see that the provider works; rejects with what to do where it does not. */
export async function tryProvider(provider: string, threads: number): Promise<void> {
  await probe(provider, threads);
}

async function probe(provider: string, threads: number): Promise<{ ms: number; output: Value }> {
  const random = seededRandom(1);
  const noise = (shape: number[], scale: number): Value => {
    const length = shape.reduce((product, n) => product * n, 1);
    return { shape, data: Float32Array.from({ length }, () => scale * random.uniform(-1, 1)) };
  };
  const layers: TensorFunction = ({ pictures, filter }) => {
    let maps = pictures as Tensor4D;
    for (let i = 0; i < LAYERS; i++) maps = tf.relu(tf.conv2d(maps, filter as Tensor4D, 1, 'same'));
    // One number a picture comes back, as in planning.
    return { means: tf.mean(maps, [1, 2, 3]) };
  };
  const executable = await createOnnxEngine({ provider, threads }).compile(
    layers,
    { pictures: { shape: PICTURES, dtype: 'float32' }, filter: { shape: FILTER, dtype: 'float32' } },
    { name: 'probe', constants: { filter: noise(FILTER, 0.1) } },
  );
  try {
    const inputs = { pictures: noise(PICTURES, 1) };
    // The first run compiles shaders.
    const { means: output } = await executable.run(inputs);
    let ms = Infinity;
    for (let i = 0; i < REPEATS; i++) {
      const start = performance.now();
      await executable.run(inputs);
      ms = Math.min(ms, performance.now() - start);
    }
    return { ms, output };
  } finally {
    await executable.dispose();
  }
}
