import { describe, expect, it } from 'vitest';
import type { Tensor4D } from '@tensorflow/tfjs';
import type { Specs, TensorFunction } from '../../../src/compute/compute.ts';
import { createOnnxEngine } from '../../../src/compute/onnx-engine.ts';
import { tf } from '../../../src/compute/tfjs.ts';
import type { Graph } from '../../../src/compute/trace/graph.ts';
import { trace } from '../../../src/compute/trace/tracer.ts';
import { ForesightError } from '../../../src/spec/errors.ts';

const vector: Specs = { x: { shape: [4], dtype: 'float32' } };
const picture: Specs = {
  x: { shape: [2, 8, 8, 3], dtype: 'float32' },
  filter: { shape: [3, 3, 3, 3], dtype: 'float32' },
  bias: { shape: [3], dtype: 'float32' },
};

function errorOf(fn: TensorFunction): ForesightError {
  const backend = tf.getBackend();
  try {
    trace(fn, vector);
  } catch (error) {
    expect(tf.getBackend()).toBe(backend);
    expect(error).toBeInstanceOf(ForesightError);
    return error as ForesightError;
  }
  throw new Error('the trace succeeded');
}

function count(graph: Graph, op: string): number {
  return graph.nodes.filter((node) => node.op === op).length;
}

describe('what cannot be compiled is named, with the line of the model', () => {
  const here = /tracer\.test\.ts:\d+:\d+/;

  it('reading a value', () => {
    const { message } = errorOf(({ x }) => ({ y: tf.mul(x, tf.sum(x).dataSync()[0]) }));
    expect(message).toMatch(/values are read/);
    expect(message).toMatch(here);
  });

  it('a kernel the tracer does not know', () => {
    const { message, next } = errorOf(({ x }) => ({ y: tf.topk(x, 2).values }));
    expect(message).toMatch(/kernel 'TopK'/);
    expect(message).toMatch(here);
    expect(next).toMatch(/eager/);
  });

  it('random numbers', () => {
    const { message } = errorOf(({ x }) => ({ y: tf.add(x, tf.randomNormal([4])) }));
    expect(message).toMatch(/random numbers/);
    expect(message).toMatch(here);
  });

  it('compiling while compiling', () => {
    const { message } = errorOf(({ x }) => {
      trace(({ x: y }) => ({ y }), vector);
      return { x };
    });
    expect(message).toMatch(/may not compile another/);
  });
});

describe('the graph holds no more than it has to', () => {
  it('equal expressions once, unused ones not at all, identities never', () => {
    const graph = trace(({ x }) => {
      tf.cos(x);
      const twice = tf.add(tf.sin(tf.mul(x, 1)), tf.sin(tf.add(x, 0)));
      return { twice };
    }, vector);
    expect(graph.nodes.map((node) => node.op)).toEqual(['Sin', 'Add', 'Identity']);
  });

  it('a chain of convolutions transposes the picture once in and once out', () => {
    const graph = trace(({ x, filter, bias }) => {
      const layer = (y: Tensor4D): Tensor4D =>
        tf.relu(tf.add(tf.conv2d(y, filter as Tensor4D, 1, 'same'), bias)) as Tensor4D;
      const y = layer(layer(layer(x as Tensor4D)));
      return { y: tf.mul(tf.concat([y, tf.tanh(y)], 3), 0.5) };
    }, picture);
    // One for the filter, one for x, one for the result.
    expect(count(graph, 'Transpose')).toBe(3);
    // The bias became part of the convolution.
    expect(count(graph, 'Conv')).toBe(3);
    expect(count(graph, 'Add')).toBe(0);
    expect(graph.nodes.filter((node) => node.op === 'Conv').every((node) => node.inputs.length === 3)).toBe(
      true,
    );
  });

  it('space-to-depth between convolutions stays channels first', () => {
    const graph = trace(({ x, filter }) => {
      const y = tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same');
      const blocks = y.reshape([2, 4, 2, 4, 2, 3]).transpose([0, 1, 3, 2, 4, 5]).reshape([2, 4, 4, 12]);
      return { pooled: tf.sum(tf.relu(blocks)) };
    }, picture);
    // The filter, x, and the rearrangement itself.
    expect(count(graph, 'Transpose')).toBe(3);
  });
});

it('a tensor from outside the function is baked in, and still belongs to its owner', async () => {
  const outside = tf.tensor1d([1, 2, 3, 4]);
  const program = await createOnnxEngine().compile(({ x }) => ({ y: tf.mul(x, outside) }), vector);
  expect([...outside.dataSync()]).toEqual([1, 2, 3, 4]);
  outside.dispose();
  const { y } = await program.run({ x: { shape: [4], data: Float32Array.of(1, 1, 2, 2) } });
  expect([...y.data]).toEqual([1, 2, 6, 8]);
  await program.dispose();
});
