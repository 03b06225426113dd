/**
 * A whole training program, small: a recurrent network that cuts a window out of a map, convolves, reads
 * bilinearly, writes back; loss, backward, clipping and Adam in one graph.
 */
import type { GradSaveFunc, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Tensors, Value, Values } from '../../src/compute/compute.ts';
import { createEagerEngine } from '../../src/compute/eager-engine.ts';
import { createOnnxEngine } from '../../src/compute/onnx-engine.ts';
import { tf } from '../../src/compute/tfjs.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { floats, relativeError, specsOf } from './trace/against-eager.ts';

const BATCH = 2;
const [ROWS, COLUMNS, CHANNELS, CUT, STEPS] = [12, 16, 3, 8, 8];
const random = seededRandom(21);
const weights: Record<string, Value> = {
  look: floats(random, [3, 3, 4 * CHANNELS, 8], -0.3, 0.3),
  lookBias: floats(random, [8], -0.1, 0.1),
  down: floats(random, [3, 3, 8, 12], -0.3, 0.3),
  mix: floats(random, [3, 3, 12, 12], -0.3, 0.3),
  up: floats(random, [1, 1, 12, 32], -0.3, 0.3),
  field: floats(random, [3, 3, 16, 4 * 3], -0.3, 0.3),
  dense: floats(random, [2 * 2 * 12, 2], -0.5, 0.5),
};
const names = Object.keys(weights);
const data: Values = {
  map: floats(random, [BATCH, ROWS, COLUMNS, CHANNELS], 0, 1),
  target: floats(random, [BATCH, ROWS, COLUMNS, CHANNELS], 0, 1),
  position: { shape: [BATCH, 2], data: Float32Array.of(1.2, 5.7, 3.4, 2.1) },
};

const gatherRows = (matrix: Tensor2D, index: Tensor1D): Tensor =>
  tf.customGrad((x, save) => {
    (save as GradSaveFunc)([index]);
    return {
      value: tf.gather(x as Tensor, index),
      gradFunc: (dy: Tensor, [at]: Tensor[]) =>
        tf.unsortedSegmentSum(dy as Tensor2D, at as Tensor1D, matrix.shape[0]),
    };
  })(matrix);

const replaceRows = (matrix: Tensor2D, rows: Tensor2D, index: Tensor1D): Tensor =>
  tf.customGrad((x, y, save) => {
    (save as GradSaveFunc)([index]);
    return {
      value: tf.tensorScatterUpdate(x as Tensor, index.expandDims(1), y as Tensor),
      gradFunc: (dy: Tensor, [at]: Tensor[]) => {
        const rowsGradient = tf.gather(dy, at);
        return [tf.tensorScatterUpdate(dy, at.expandDims(1), tf.zerosLike(rowsGradient)), rowsGradient];
      },
    };
  })(matrix, rows);

/** Reads [B * rows * columns, C] bilinearly at [B * n, 2], clamped. */
function readBilinear(flat: Tensor2D, points: Tensor, starts: Tensor): Tensor {
  const [row, column] = tf.split(points, 2, 1);
  const r = tf.clipByValue(row, 0, ROWS - 1.001);
  const c = tf.clipByValue(column, 0, COLUMNS - 1.001);
  const [top, left] = [tf.floor(r), tf.floor(c)];
  const corner = tf
    .cast(tf.add(tf.mul(top, COLUMNS), left), 'int32')
    .squeeze([1])
    .add(starts);
  const at = (offset: number): Tensor => gatherRows(flat, corner.add<Tensor1D>(tf.scalar(offset, 'int32')));
  const [down, right] = [tf.sub(r, top), tf.sub(c, left)];
  const lerp = (a: Tensor, b: Tensor, t: Tensor): Tensor => tf.add(a, tf.mul(tf.sub(b, a), t));
  return lerp(lerp(at(0), at(1), right), lerp(at(COLUMNS), at(COLUMNS + 1), right), down);
}

function step(w: Tensors, map: Tensor, position: Tensor): { map: Tensor; position: Tensor } {
  const flat = map.reshape<Tensor2D>([BATCH * ROWS * COLUMNS, CHANNELS]);
  const limit = tf.tensor2d([[ROWS - CUT, COLUMNS - CUT]]);
  const origin = tf.minimum(tf.maximum(tf.round(position), 0), tf.tile(limit, [BATCH, 1]));
  const [row, column] = tf.split(tf.cast(origin, 'int32'), 2, 1);
  const inside = Array.from({ length: CUT * CUT }, (_, k) => Math.floor(k / CUT) * COLUMNS + (k % CUT));
  const starts = tf.tensor2d(
    Array.from({ length: BATCH }, (_, b) => b * ROWS * COLUMNS),
    [BATCH, 1],
    'int32',
  );
  const corner = tf.add(tf.add(tf.mul(row, tf.scalar(COLUMNS, 'int32')), column), starts);
  const index = tf.add(corner, tf.tensor2d(inside, [1, CUT * CUT], 'int32')).flatten();

  const cut = gatherRows(flat, index).reshape([BATCH, CUT, CUT, CHANNELS]);
  const half = CUT / 2;
  const blocks = cut
    .reshape([BATCH, half, 2, half, 2, CHANNELS])
    .transpose([0, 1, 3, 2, 4, 5])
    .reshape([BATCH, half, half, 4 * CHANNELS]);
  const conv = (x: Tensor, name: string, stride = 1): Tensor =>
    tf.conv2d(x as Tensor4D, w[name] as Tensor4D, stride, 'same');
  const fine = tf.relu(tf.add(conv(blocks, 'look'), w.lookBias));
  const coarse = tf.relu(conv(fine, 'down', 2));
  const deep = tf.elu(tf.add(coarse, conv(coarse, 'mix')));
  const depthToSpace = (x: Tensor, n: number): Tensor => {
    const c = (x.shape[3] as number) / 4;
    return x
      .reshape([BATCH, n, n, 2, 2, c])
      .transpose([0, 1, 3, 2, 4, 5])
      .reshape([BATCH, 2 * n, 2 * n, c]);
  };
  const raised = depthToSpace(conv(deep, 'up'), half / 2);
  const field = depthToSpace(conv(tf.concat([fine, raised], 3), 'field'), half);
  const [still, moving, extra] = tf.split(tf.softmax(field), 3, 3);
  const shift = tf.tanh(tf.matMul(deep.reshape<Tensor2D>([BATCH, -1]), w.dense as Tensor2D));
  const flow = tf.mul(tf.concat([moving, extra], 3), shift.reshape([BATCH, 1, 1, 2]));

  const grid = inside.flatMap((_, k) => [Math.floor(k / CUT), k % CUT]);
  const cells = tf.add(tf.tensor3d(grid, [1, CUT * CUT, 2]), origin.expandDims(1));
  const points = tf.add(cells, flow.reshape([BATCH, CUT * CUT, 2])).reshape([-1, 2]);
  const pointStarts = tf.tile(starts, [1, CUT * CUT]).flatten();
  const read = readBilinear(flat, points, pointStarts).reshape([BATCH, CUT, CUT, CHANNELS]);
  const moved = tf.add(tf.mul(cut, still), tf.mul(read, tf.sub(1, still)));
  const next = replaceRows(flat, moved.reshape<Tensor2D>([-1, CHANNELS]), index);
  return { map: next.reshape(map.shape), position: tf.add(position, tf.mul(shift, 0.7)) };
}

function loss(w: Tensors, inputs: Tensors): Tensor {
  let state = { map: inputs.map, position: inputs.position };
  const losses: Tensor[] = [];
  for (let t = 0; t < STEPS; t++) {
    state = step(w, state.map, state.position);
    const pooled = (x: Tensor, side: number): Tensor => tf.avgPool(x as Tensor4D, side, 2, 'same');
    for (const side of [2, 3]) {
      losses.push(tf.mean(tf.abs(tf.sub(pooled(state.map, side), pooled(inputs.target, side)))));
    }
  }
  return tf.div(tf.addN(losses), losses.length);
}

/** Loss, gradients, and one update of Adam (Kingma & Ba 2015) from gradients clipped by their global norm. */
function trainingStep(inputs: Tensors): Tensors {
  const { value, grads } = tf.valueAndGrads((...values: Tensor[]) =>
    loss(Object.fromEntries(names.map((n, i) => [n, values[i]])), inputs).asScalar(),
  )(names.map((n) => inputs[n]));
  const norm = tf.sqrt(tf.addN(grads.map((g) => tf.sum(tf.square(g)))));
  const factor = tf.minimum(tf.div(0.05, norm), 1);
  const outputs: Record<string, Tensor> = { loss: value };
  names.forEach((name, i) => {
    const gradient = tf.mul(grads[i], factor);
    const first = tf.add(tf.mul(inputs[`first/${name}`], 0.9), tf.mul(gradient, 0.1));
    const second = tf.add(tf.mul(inputs[`second/${name}`], 0.999), tf.mul(tf.square(gradient), 0.001));
    const rate = tf.div(tf.sqrt(tf.sub(1, tf.pow(0.999, inputs.step))), tf.sub(1, tf.pow(0.9, inputs.step)));
    const direction = tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), 1e-5));
    outputs[`d/${name}`] = grads[i];
    outputs[`first/${name}`] = first;
    outputs[`second/${name}`] = second;
    outputs[name] = tf.sub(inputs[name], tf.mul(direction, 0.01));
  });
  return outputs;
}

const zeros = Object.fromEntries(
  names.flatMap((name) =>
    ['first', 'second'].map((moment) => {
      const { shape, data: values } = weights[name];
      return [`${moment}/${name}`, { shape, data: new Float32Array(values.length) }];
    }),
  ),
);
const stepNumber = (n: number): Value => ({ shape: [], data: Float32Array.of(n) });

describe('a recurrent network, eight steps unrolled', () => {
  const inputs: Values = { ...weights, ...zeros, ...data, step: stepNumber(1) };
  const specs = specsOf(inputs);

  it('loss, every gradient and the update agree with tfjs', async () => {
    const compiled = await createOnnxEngine().compile(trainingStep, specs);
    const eager = await (await createEagerEngine({ backend: 'cpu' })).compile(trainingStep, specs);
    const got = await compiled.run(inputs);
    const expected = await eager.run(inputs);
    expect(Object.keys(got)).toHaveLength(1 + 4 * names.length);
    for (const key of Object.keys(expected)) {
      expect(relativeError(got[key], expected[key]), key).toBeLessThan(1e-4);
      if (key.startsWith('d/')) expect(Math.max(...got[key].data.map(Math.abs)), key).toBeGreaterThan(1e-6);
    }
    await compiled.dispose();
  });

  it('the gradient predicts how the loss changes along it', async () => {
    const compiled = await createOnnxEngine().compile(trainingStep, specs);
    const { [`d/dense`]: dense, ...before } = await compiled.run(inputs);
    const norm2 = Float32Array.from(dense.data).reduce((sum, g) => sum + g * g, 0);
    const lossAt = async (amount: number): Promise<number> => {
      const shifted = weights.dense.data.map((w, i) => w + (amount * dense.data[i]) / Math.sqrt(norm2));
      const results = await compiled.run({
        ...inputs,
        dense: { ...weights.dense, data: shifted },
      });
      return results.loss.data[0];
    };
    const slope = ((await lossAt(1e-3)) - (await lossAt(-1e-3))) / 2e-3;
    expect(before.loss.data[0]).toBeGreaterThan(0);
    expect(slope / Math.sqrt(norm2)).toBeGreaterThan(0.97);
    expect(slope / Math.sqrt(norm2)).toBeLessThan(1.03);
    await compiled.dispose();
  });

  it('twenty updates lower the loss', async () => {
    const compiled = await createOnnxEngine().compile(trainingStep, specs);
    let current: Values = { ...weights, ...zeros };
    const losses: number[] = [];
    for (let i = 0; i < 20; i++) {
      const results = await compiled.run({ ...current, ...data, step: stepNumber(i + 1) });
      losses.push(results.loss.data[0]);
      current = Object.fromEntries(Object.keys(current).map((name) => [name, results[name]]));
    }
    expect(losses[19]).toBeLessThan(0.98 * losses[0]);
    await compiled.dispose();
  });
});
