/** Runs one tfjs function on onnxruntime and eagerly on tfjs's cpu backend, and compares values and gradients. */
import type { Tensor } from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { Specs, TensorFunction, Value, Values } from '../../../src/compute/compute.ts';
import { createEagerEngine } from '../../../src/compute/eager-engine.ts';
import { createOnnxEngine } from '../../../src/compute/onnx-engine.ts';
import { tf } from '../../../src/compute/tfjs.ts';
import { seededRandom, type Random } from '../../../src/spec/random.ts';

export function floats(random: Random, shape: readonly number[], low = -2, high = 2): Value {
  const size = shape.reduce((product, n) => product * n, 1);
  return { shape, data: Float32Array.from({ length: size }, () => random.uniform(low, high)) };
}

export function integers(random: Random, shape: readonly number[], below: number): Value {
  const size = shape.reduce((product, n) => product * n, 1);
  return { shape, data: Int32Array.from({ length: size }, () => random.integer(below)) };
}

export function specsOf(values: Values): Specs {
  return Object.fromEntries(
    Object.entries(values).map(([key, { shape, data }]) => [
      key,
      { shape, dtype: data instanceof Int32Array ? ('int32' as const) : ('float32' as const) },
    ]),
  );
}

/** Largest difference, relative to the largest expected magnitude (at least 1e-3). Infinity for other shapes. */
export function relativeError(got: Value, expected: Value): number {
  if (got.shape.join() !== expected.shape.join()) return Infinity;
  let largest = 1e-3;
  let difference = 0;
  expected.data.forEach((e, i) => {
    largest = Math.max(largest, Math.abs(e));
    const d = Math.abs(e - got.data[i]);
    difference = Math.max(difference, Number.isNaN(d) ? Infinity : d);
  });
  return difference / largest;
}

/** Both engines' outputs agree; returns them. */
export async function expectAgreement(fn: TensorFunction, inputs: Values, tolerance = 1e-5): Promise<void> {
  const specs = specsOf(inputs);
  const compiled = await createOnnxEngine().compile(fn, specs);
  const eager = await (await createEagerEngine({ backend: 'cpu' })).compile(fn, specs);
  const got = await compiled.run(inputs);
  const expected = await eager.run(inputs);
  await compiled.dispose();
  await eager.dispose();
  expect(Object.keys(got).length).toBeGreaterThan(0);
  expect(Object.keys(got).sort()).toEqual(Object.keys(expected).sort());
  for (const key of Object.keys(expected)) {
    expect(
      relativeError(got[key], expected[key]),
      `${key} of [${expected[key].shape.join(', ')}]`,
    ).toBeLessThan(tolerance);
  }
}

/** `fn`'s value and its gradients, weighted by fixed numbers so that no two elements count alike. */
export function withGradients(
  fn: (...inputs: Tensor[]) => Tensor,
  variables: readonly string[],
): TensorFunction {
  return (tensors) => {
    const value = fn(...Object.values(tensors));
    const gradients = tf.grads((...active: Tensor[]) => {
      const inputs = Object.entries(tensors).map(([key, t]) => {
        const i = variables.indexOf(key);
        return i < 0 ? t : active[i];
      });
      const result = fn(...inputs);
      const random = seededRandom(7);
      const weights = Float32Array.from({ length: result.size }, () => random.uniform(0.5, 1.5));
      return tf.sum(tf.mul(result, tf.tensor(weights, result.shape)));
    })(variables.map((key) => tensors[key]));
    return {
      value,
      ...Object.fromEntries(variables.map((key, i) => [`d${key}`, gradients[i]])),
    };
  };
}
