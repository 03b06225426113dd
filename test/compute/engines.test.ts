import { describe, expect, it } from 'vitest';
import { createEagerEngine } from '../../src/compute/eager-engine.ts';
import { createOnnxEngine } from '../../src/compute/onnx-engine.ts';
import { createEngine } from '../../src/compute/registry.ts';
import { tf } from '../../src/compute/tfjs.ts';
import { computeEngineContract } from '../contract/compute-engine.ts';

describe('onnx', () => {
  computeEngineContract(() => Promise.resolve(createOnnxEngine()));
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
    expect(await createEngine('eager', { backend: 'cpu' })).toMatchObject({ name: 'eager', provider: 'cpu' });
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
    ).rejects.toThrow(/negation: onnxruntime here has no provider 'abacus'; there are .*cpu/);
  });
});
