import type { Tensor, Variable } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { adam, clipByGlobalNorm, type OptimizerState } from '../../src/training/optimizer.ts';

const numbers = (x: Tensor): number[] => [...x.dataSync()];

it("Adam takes the same steps as tfjs's own", () => {
  const random = seededRandom(4);
  const shapes: Record<string, number[]> = { a: [5], b: [2, 3] };
  const draw = (spread: number): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => {
        const count = shape.reduce((x, y) => x * y, 1);
        return [
          name,
          tf.tensor(
            Float32Array.from({ length: count }, () => spread * random.normal()),
            shape,
          ),
        ];
      }),
    );
  const weights = draw(1);
  const zeros = (): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, tf.zerosLike(w)]));
  let ours: OptimizerState = { weights, first: zeros(), second: zeros() };
  const theirs: Record<string, Variable> = Object.fromEntries(
    Object.entries(weights).map(([name, w]) => [name, tf.variable(w, true, name)]),
  );
  const optimizer = tf.train.adam(0.01, 0.9, 0.999, 1e-8);
  for (let step = 1; step <= 6; step++) {
    // Gradients of very different sizes, to which Adam should be indifferent.
    const gradients = draw(10 ** (2 - step));
    ours = adam(ours, gradients, tf.scalar(step), tf.scalar(0.01));
    optimizer.applyGradients(Object.entries(gradients).map(([name, tensor]) => ({ name, tensor })));
    for (const name of Object.keys(shapes)) {
      const expected = numbers(theirs[name]);
      numbers(ours.weights[name]).forEach((w, i) => expect(w).toBeCloseTo(expected[i], 5));
    }
  }
  const travelled = tf.max(tf.abs(tf.sub(ours.weights.a, weights.a))).dataSync()[0];
  expect(travelled).toBeGreaterThan(0.01);
});

it('the first step is the learning rate, in the direction of the sign', () => {
  const zero = { x: tf.zeros([2]) };
  const { weights } = adam(
    { weights: { x: tf.tensor1d([1, 1]) }, first: zero, second: zero },
    { x: tf.tensor1d([30, -0.02]) },
    tf.scalar(1),
    tf.scalar(0.1),
  );
  expect(numbers(weights.x)).toEqual([expect.closeTo(0.9, 5), expect.closeTo(1.1, 5)]);
});

it('clips all gradients together, to the norm over all of them', () => {
  const gradients = { a: tf.tensor1d([3, 0]), b: tf.tensor2d([[-4]]) };
  const { clipped, norm } = clipByGlobalNorm(gradients, 2);
  expect(norm.dataSync()[0]).toBeCloseTo(5, 5);
  expect(numbers(clipped.a)).toEqual([expect.closeTo(1.2, 5), 0]);
  expect(numbers(clipped.b)).toEqual([expect.closeTo(-1.6, 5)]);
});

it('leaves gradients below the limit as they are, and survives zeros', () => {
  expect(numbers(clipByGlobalNorm({ a: tf.tensor1d([3, 4]) }, 6).clipped.a)).toEqual([3, 4]);
  expect(numbers(clipByGlobalNorm({ a: tf.zeros([2]) }, 6).clipped.a)).toEqual([0, 0]);
});
