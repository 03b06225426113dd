import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { hosted } from '../../../src/compute/host/hosted.ts';
import type { Tensors } from '../../../src/compute/compute.ts';
import { createOnnxEngine } from '../../../src/compute/onnx-engine.ts';
import { cutIntoStages } from '../../../src/compute/onnx/stages.ts';
import { tf } from '../../../src/compute/tfjs.ts';
import { trace } from '../../../src/compute/trace/tracer.ts';
import { runningSum } from '../../fixtures/host-sum.ts';

const STEPS = 4;
const SPECS = {
  x: { shape: [2, 3], dtype: 'float32' },
  weights: { shape: [3, 3], dtype: 'float32' },
} as const;
const WEIGHTS = { weights: { shape: [3, 3], data: Float32Array.from([1, 0, 2, 0, 1, 0, 1, 1, 0]) } };
const X = { x: { shape: [2, 3], data: Float32Array.from([1, 2, 3, -1, 0, 4]) } };

const sums = (x: Tensor): Tensor => hosted(runningSum, [x], () => tf.cumsum(x, 1));
/** Step by step: a product with the weights, then running sums; besides, something that only the end asks for. */
function program({ x, weights }: Tensors): Tensors {
  let state = x;
  const seen: Tensor[] = [];
  for (let t = 0; t < STEPS; t++) {
    state = sums(tf.tanh(tf.matMul(state, weights)));
    seen.push(tf.sum(tf.square(state), 1));
  }
  return { state, seen: tf.stack(seen, 1) };
}

/** The same in plain numbers. */
function known(): { state: number[]; seen: number[] } {
  const { data: w } = WEIGHTS.weights;
  const rows = [0, 3].map((at) => {
    let state = [...X.x.data.subarray(at, at + 3)];
    const seen: number[] = [];
    for (let t = 0; t < STEPS; t++) {
      let sum = 0;
      const products = [0, 1, 2].map((c) =>
        Math.tanh([0, 1, 2].reduce((p, r) => p + state[r] * w[3 * r + c], 0)),
      );
      state = products.map((value) => (sum += value));
      seen.push(state.reduce((total, v) => total + v * v, 0));
    }
    return { state, seen };
  });
  return { state: rows.flatMap(({ state }) => state), seen: rows.flatMap(({ seen }) => seen) };
}

describe('a program with host kernels', () => {
  it('is cut where they are; what the steps have in common is one model', () => {
    const { models, steps } = cutIntoStages(trace(program, SPECS, { hosted: true, constants: WEIGHTS }));
    const kinds = steps.map((step) => ('kernel' in step ? step.kernel : `model ${step.model}`));
    const everyStep = Array.from({ length: STEPS }, () => ['model 0', 'runningSum']).flat();
    expect(kinds).toEqual([...everyStep, 'model 1']);
    // Weights stay constants of every model that uses them; the sums of squares all wait for the end.
    expect(models[0].initializers.some(({ shape }) => shape.join() === '3,3')).toBe(true);
    expect(models[0].inputs.map(({ shape }) => shape)).toEqual([[2, 3]]);
    expect(models[1].inputs.length).toBe(STEPS);
  });

  it.each([
    ['in this thread', false],
    ['in a thread of its own', true],
  ])('comes to the numbers that it should, run after run, %s', async (_, ownThread) => {
    const executable = await createOnnxEngine({ threads: 1 }).compile(program, SPECS, {
      hosted: true,
      constants: WEIGHTS,
      ownThread,
    });
    for (let run = 0; run < 2; run++) {
      const { state, seen } = await executable.run(X);
      const expected = known();
      expect(state.shape).toEqual([2, 3]);
      expect(seen.shape).toEqual([2, STEPS]);
      expected.state.forEach((value, i) => expect(state.data[i]).toBeCloseTo(value, 5));
      expected.seen.forEach((value, i) => expect(seen.data[i]).toBeCloseTo(value, 4));
    }
    await executable.dispose();
  });

  it('keeps runs apart that are asked for at the same time', async () => {
    const options = { hosted: true, constants: WEIGHTS };
    const executable = await createOnnxEngine({ threads: 1 }).compile(program, SPECS, options);
    const other = { x: { shape: [2, 3], data: Float32Array.from([0, 0, 0, 0, 0, 0]) } };
    const [{ state }, { state: still }] = await Promise.all([executable.run(X), executable.run(other)]);
    known().state.forEach((value, i) => expect(state.data[i]).toBeCloseTo(value, 5));
    expect([...still.data]).toEqual([0, 0, 0, 0, 0, 0]);
    await executable.dispose();
  });

  it('reads constants, too', async () => {
    const engine = createOnnxEngine({ threads: 1 });
    const executable = await engine.compile(
      ({ x }) => ({ y: tf.add(x, sums(tf.tensor2d([[1, 2, 3]]))), z: tf.mul(x, sums(tf.ones([1, 3]))) }),
      { x: SPECS.x },
      { hosted: true },
    );
    const { y, z } = await executable.run(X);
    expect([...y.data]).toEqual([2, 5, 9, 0, 3, 10]);
    expect([...z.data]).toEqual([1, 4, 9, -1, 0, 12]);
    await executable.dispose();
  });

  it('is whole where host kernels are not asked for, with gradients', () => {
    const { nodes } = trace(({ x }) => ({ slope: tf.grad((t) => tf.sum(tf.tanh(sums(t))))(x) }), {
      x: SPECS.x,
    });
    expect(nodes.some(({ op }) => op === 'Host')).toBe(false);
  });
});
