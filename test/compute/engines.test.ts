import type { Tensor2D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Engine, TensorFunction } from '../../src/compute/compute.ts';
import { createEagerEngine } from '../../src/compute/eager-engine.ts';
import { createOnnxEngine } from '../../src/compute/onnx-engine.ts';
import { createEngine } from '../../src/compute/registry.ts';
import { tf } from '../../src/compute/tfjs.ts';
import { computeEngineContract } from '../contract/compute-engine.ts';

describe('onnx', () => {
  computeEngineContract(() => Promise.resolve(createOnnxEngine()));
});

describe('onnx, every program in a thread of its own', () => {
  const engine: Engine = {
    ...createOnnxEngine({ threads: 1 }),
    compile: (fn, inputs, options) =>
      createOnnxEngine({ threads: 1 }).compile(fn, inputs, { ...options, ownThread: true }),
  };
  computeEngineContract(() => Promise.resolve(engine));

  it('computes two programs at once, and leaves this thread free meanwhile', async () => {
    const chain: TensorFunction = ({ x }) => {
      let product = x as Tensor2D;
      for (let i = 0; i < 12; i++) product = tf.mul(tf.matMul(product, product), 1e-3);
      return { product };
    };
    const size = 300;
    const specs = { x: { shape: [size, size], dtype: 'float32' as const } };
    const values = { x: { shape: [size, size], data: new Float32Array(size * size).fill(0.1) } };
    const programs = await Promise.all([1, 2].map(() => engine.compile(chain, specs)));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const results = await Promise.all(programs.map((program) => program.run(values)));
    clearInterval(timer);
    // A session of this thread would have let none through.
    expect(ticks).toBeGreaterThan(2);
    expect(results[0].product.data).toEqual(results[1].product.data);
    // What was given is still there, and can be given again.
    expect(values.x.data).toHaveLength(size * size);
    await Promise.all(programs.map((program) => program.dispose()));
    await expect(programs[0].run(values)).rejects.toThrow('was disposed');
  });

  it('answers questions that are asked at once in their order', async () => {
    const specs = { x: { shape: [], dtype: 'float32' as const } };
    const double = await engine.compile(({ x }) => ({ y: tf.mul(x, 2) }), specs);
    const asked = [1, 2, 3].map((x) => double.run({ x: { shape: [], data: Float32Array.of(x) } }));
    expect((await Promise.all(asked)).map(({ y }) => y.data[0])).toEqual([2, 4, 6]);
    await double.dispose();
  });
});

describe('eager on tfjs cpu', () => {
  computeEngineContract(() => createEagerEngine({ backend: 'cpu' }));
});

describe('choice of engine', () => {
  it('eager takes native TensorFlow where it loads, and falls back to cpu where it does not', async () => {
    const engine = await createEagerEngine();
    expect(engine.provider).toBe(tf.findBackend('tensorflow') ? 'tensorflow' : 'cpu');
  });

  it('by name, with its options', async () => {
    expect(await createEngine('onnx', { threads: 1 })).toMatchObject({ name: 'onnx', provider: 'cpu' });
    expect(await createEngine('eager', { provider: 'cpu' })).toMatchObject({
      name: 'eager',
      provider: 'cpu',
    });
  });

  it('an engine, backend or provider that is not there is named', async () => {
    await expect(createEngine('abacus')).rejects.toThrow(/no compute engine 'abacus'; there are onnx, eager/);
    await expect(createEagerEngine({ backend: 'abacus' })).rejects.toThrow(
      /backend 'abacus' is not installed/,
    );
    const engine = createOnnxEngine({ provider: 'abacus' });
    await expect(
      engine.compile(
        ({ x }) => ({ y: tf.neg(x) }),
        { x: { shape: [1], dtype: 'float32' } },
        { name: 'negation' },
      ),
    ).rejects.toThrow(/onnxruntime here has no provider 'abacus'; there are .*cpu/);
  });
});
