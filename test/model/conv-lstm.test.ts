import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { convLstm, layerNorm } from '../../src/model/conv-lstm.ts';

const numbers = (x: Tensor): number[] => [...x.dataSync()];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('the convolutional LSTM cell', () => {
  it('is the LSTM by hand at one pixel, step after step', () => {
    // A filter of one pixel: rows are what is seen and what was said, columns the gates in, update, forget, out.
    const filter = [[0.5, -0.3, 0.8, 0.2], [0.1, 0.7, -0.4, 0.6]]; // prettier-ignore
    const bias = [0.05, -0.1, 0.2, -0.2];
    const pixel = (x: number): Tensor => tf.tensor4d([x], [1, 1, 1, 1]);
    let state = { hidden: pixel(0.3), memory: pixel(-0.6) };
    let [hidden, memory] = [0.3, -0.6];
    for (const seen of [1.5, -0.7]) {
      state = convLstm(pixel(seen), state, tf.tensor4d(filter.flat(), [1, 1, 2, 4]), tf.tensor1d(bias));
      const [input, update, forget, output] = bias.map(
        (b, k) => b + seen * filter[0][k] + hidden * filter[1][k],
      );
      memory = memory * sigmoid(forget + 1) + sigmoid(input) * Math.tanh(update);
      hidden = Math.tanh(memory) * sigmoid(output);
      expect(numbers(state.memory)[0]).toBeCloseTo(memory, 5);
      expect(numbers(state.hidden)[0]).toBeCloseTo(hidden, 5);
    }
    // And these are the numbers, so that the arithmetic above cannot be wrong in the same way.
    expect(memory).toBeCloseTo(-0.592269, 5);
    expect(hidden).toBeCloseTo(-0.193045, 5);
  });

  it('sees as far as its filter reaches, and no further', () => {
    const [rows, cols] = [5, 7];
    const seen = tf.buffer([1, rows, cols, 1]);
    seen.set(1, 0, 2, 3, 0);
    const zeros = tf.zeros([1, rows, cols, 1]);
    const filter = tf.ones([3, 3, 2, 4]);
    const { memory } = convLstm(seen.toTensor(), { hidden: zeros, memory: zeros }, filter, tf.zeros([4]));
    const reached = sigmoid(1) * Math.tanh(1);
    numbers(memory).forEach((value, i) => {
      const near = Math.abs(Math.floor(i / cols) - 2) <= 1 && Math.abs((i % cols) - 3) <= 1;
      expect(value).toBeCloseTo(near ? reached : 0, 5);
    });
  });
});

describe('layer normalisation', () => {
  it('is by hand: each picture for itself, then gain and bias by channel', () => {
    // Mean 3 and deviation 2 in the first picture, a hundred times as much in the second.
    const first = [1, 5, 1, 5, 5, 1, 1, 5];
    const x = tf.tensor4d([...first, ...first.map((value) => 100 * value)], [2, 2, 2, 2]);
    const y = numbers(layerNorm(x, tf.tensor1d([1, 10]), tf.tensor1d([0, 0.5])));
    const once = first.map(
      (value, i) => ((value - 3) / 2) * (i % 2 === 0 ? 1 : 10) + (i % 2 === 0 ? 0 : 0.5),
    );
    [...once, ...once].forEach((value, i) => expect(y[i]).toBeCloseTo(value, 3));
  });

  it('of a picture of one colour is the bias', () => {
    const y = numbers(layerNorm(tf.fill([1, 3, 3, 2], 0.7), tf.tensor1d([4, 4]), tf.tensor1d([0.1, -0.2])));
    y.forEach((value, i) => expect(value).toBeCloseTo(i % 2 === 0 ? 0.1 : -0.2, 3));
  });
});
