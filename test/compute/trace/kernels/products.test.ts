/** Convolutions, pooling, matrix products, resizing: random geometries, values and gradients against tfjs. */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../../../src/compute/compute.ts';
import { createOnnxEngine } from '../../../../src/compute/onnx-engine.ts';
import { tf } from '../../../../src/compute/tfjs.ts';
import { childSeed, seededRandom, type Random } from '../../../../src/spec/random.ts';
import { expectAgreement, floats, integers, specsOf, withGradients } from '../against-eager.ts';

const cases = Array.from({ length: 12 }, (_, i) => i);
const random = (name: string, i: number): Random => seededRandom(childSeed(5, name, i));
const side = (r: Random): number => 3 + r.integer(8);

/** A geometry in which at least one window fits. */
function geometry(r: Random): { x: Value; size: number; stride: number; pad: 'same' | 'valid' } {
  const size = 1 + r.integer(3);
  const x = floats(r, [1 + r.integer(2), side(r), side(r), 1 + r.integer(4)]);
  return { x, size, stride: 1 + r.integer(3), pad: r.choice(['same', 'valid']) };
}

describe('convolutions', () => {
  it.each(cases)('conv2d, random geometry %i', async (i) => {
    const r = random('conv', i);
    const { x, size, stride, pad } = geometry(r);
    const filter = floats(r, [size, 1 + r.integer(3), x.shape[3], 1 + r.integer(4)]);
    const fn = (a: Tensor, f: Tensor): Tensor => tf.conv2d(a as Tensor4D, f as Tensor4D, stride, pad);
    await expectAgreement(withGradients(fn, ['x', 'filter']), { x, filter });
  });

  it.each([
    [[2, 20, 18, 3], [3, 3, 3, 4], 1, 'same' as const],
    [[2, 20, 18, 3], [1, 1, 3, 4], 1, 'same' as const],
    [[2, 36, 34, 3], [3, 3, 3, 4], 2, 'same' as const],
    [[2, 20, 18, 3], [5, 5, 3, 4], 1, 3],
    [[2, 9, 8, 3], [3, 3, 3, 4], 2, 1],
  ])('conv2d %j with filter %j, stride %i, padding %s', async (shape, filterShape, stride, pad) => {
    const r = seededRandom(6);
    const fn = (a: Tensor, f: Tensor): Tensor => tf.conv2d(a as Tensor4D, f as Tensor4D, stride, pad);
    await expectAgreement(withGradients(fn, ['x', 'filter']), {
      x: floats(r, shape),
      filter: floats(r, filterShape),
    });
  });

  it('conv2d dilated, and with bias and activation, fused or not', async () => {
    const r = seededRandom(7);
    const inputs = { x: floats(r, [2, 9, 9, 3]), filter: floats(r, [3, 3, 3, 4]), bias: floats(r, [4]) };
    await expectAgreement(
      ({ x, filter, bias }) => ({
        dilated: tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same', 'NHWC', 2),
        biased: tf.add(tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same'), bias),
        fused: tf.fused.conv2d({
          x: x as Tensor4D,
          filter: filter as Tensor4D,
          strides: 1,
          pad: 'same',
          bias,
          activation: 'relu',
        }),
      }),
      inputs,
    );
  });

  it('a bias is fused only where nothing else reads the unbiased result', async () => {
    const r = seededRandom(8);
    const inputs = { x: floats(r, [2, 6, 6, 3]), filter: floats(r, [3, 3, 3, 4]), bias: floats(r, [4]) };
    const fn = (x: Tensor, filter: Tensor, bias: Tensor): Tensor => {
      const y = tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same');
      return tf.mul(tf.relu(tf.add(y, bias)), y);
    };
    await expectAgreement(withGradients(fn, ['x', 'filter', 'bias']), inputs);
  });

  it.each(cases.slice(0, 6))('depthwise, random geometry %i', async (i) => {
    const r = random('depthwise', i);
    const { x, size, pad } = geometry(r);
    const filter = floats(r, [size, size, x.shape[3], 1 + r.integer(2)]);
    const stride = 1 + r.integer(2);
    const fn = (a: Tensor, f: Tensor): Tensor =>
      tf.depthwiseConv2d(a as Tensor4D, f as Tensor4D, stride, pad);
    await expectAgreement(withGradients(fn, ['x', 'filter']), { x, filter });
  });

  it('transposed', async () => {
    const r = seededRandom(9);
    const inputs = { x: floats(r, [2, 5, 4, 3]), filter: floats(r, [3, 3, 2, 3]) };
    const fn = (x: Tensor, filter: Tensor): Tensor =>
      tf.conv2dTranspose(x as Tensor4D, filter as Tensor4D, [2, 10, 8, 2], 2, 'same');
    await expectAgreement(withGradients(fn, ['x', 'filter']), inputs);
  });
});

describe('pooling', () => {
  it.each(cases)('average and maximum, random geometry %i', async (i) => {
    const { x, size, stride, pad } = geometry(random('pool', i));
    // Equal maxima, as relu makes them, have to send their gradient to the same pixel.
    const relu = (a: Tensor): Tensor4D => tf.relu(a) as Tensor4D;
    await expectAgreement(
      withGradients((a) => tf.avgPool(a as Tensor4D, size, stride, pad), ['x']),
      { x },
    );
    await expectAgreement(
      withGradients((a) => tf.maxPool(relu(a), size, stride, pad), ['x']),
      { x },
    );
  });
});

describe('matrix products', () => {
  it.each([
    [[4, 5], [5, 3], false, false],
    [[5, 4], [3, 5], true, true],
    [[2, 4, 5], [2, 5, 3], false, false],
    [[2, 5, 4], [2, 3, 5], true, true],
    [[2, 4, 5], [5, 3], false, false],
  ])('%j x %j, transposed %s %s', async (a, b, transposeA, transposeB) => {
    const r = seededRandom(10);
    const fn = (x: Tensor, y: Tensor): Tensor => tf.matMul(x, y, transposeA, transposeB);
    const inputs = { a: floats(r, a), b: floats(r, b) };
    await expectAgreement(
      a.length === b.length ? withGradients(fn, ['a', 'b']) : (t) => ({ y: fn(t.a, t.b) }),
      inputs,
    );
  });
});

describe('resizing', () => {
  const sizes: [number, number][] = [
    [10, 12],
    [5, 6],
    [7, 3],
    [1, 1],
    [3, 15],
  ];
  it.each(sizes)('to %i x %i, every corner rule', async (height, width) => {
    const x = floats(seededRandom(11), [2, 5, 5, 3]);
    for (const [align, half] of [
      [false, false],
      [true, false],
      [false, true],
    ]) {
      const bilinear = (a: Tensor): Tensor =>
        tf.image.resizeBilinear(a as Tensor4D, [height, width], align, half);
      const nearest = (a: Tensor): Tensor =>
        tf.image.resizeNearestNeighbor(a as Tensor4D, [height, width], align, half);
      await expectAgreement(({ x: a }) => ({ bilinear: bilinear(a), nearest: nearest(a) }), { x });
      // tfjs has no gradient for half-pixel centres.
      if (!half) await expectAgreement(withGradients(bilinear, ['x']), { x });
    }
  });

  it('nearest: the gradient adds each pixel up where it came from (tfjs-cpu gets 3 to 6 wrong)', async () => {
    const x = { shape: [1, 3, 3, 1], data: Float32Array.from({ length: 9 }, (_, i) => i) };
    const fn = withGradients((a) => tf.mul(tf.image.resizeNearestNeighbor(a as Tensor4D, [6, 6]), 2), ['x']);
    const program = await createOnnxEngine().compile(
      ({ x: a }) => ({
        dx: tf.grad((b: Tensor) => tf.sum(tf.image.resizeNearestNeighbor(b as Tensor4D, [6, 6])))(a),
        all: fn({ x: a }).value,
      }),
      specsOf({ x }),
    );
    const { dx, all } = await program.run({ x });
    await program.dispose();
    expect([...dx.data]).toEqual(Array<number>(9).fill(4));
    expect([...all.data.slice(0, 6)]).toEqual([0, 0, 2, 2, 4, 4]);
  });
});

describe('gathering and scattering', () => {
  const r = seededRandom(12);
  const inputs = {
    x: floats(r, [7, 3]),
    rows: floats(r, [11, 3]),
    index: integers(r, [11], 7),
    unique: { shape: [3, 1], data: Int32Array.of(5, 0, 3) },
  };

  it('rows, with repetitions', async () => {
    const gather = (x: Tensor, _rows: Tensor, index: Tensor): Tensor => tf.gather(x, index);
    await expectAgreement(withGradients(gather, ['x']), inputs);
    const columns = (x: Tensor): Tensor => tf.gather(x, tf.tensor1d([2, 0, 2, 1], 'int32'), 1);
    await expectAgreement(withGradients(columns, ['x']), inputs);
  });

  it('segment sums, scatterND and updates', async () => {
    await expectAgreement(
      ({ x, rows, index, unique }) => ({
        segments: tf.unsortedSegmentSum(rows as Tensor2D, index as Tensor1D, 7),
        scattered: tf.scatterND(index.expandDims(1), rows, [7, 3]),
        updated: tf.tensorScatterUpdate(x, unique, tf.slice(rows, [0, 0], [3, 3])),
        element: tf.gatherND(x, tf.concat([unique, tf.zerosLike(unique)], 1)),
        row: tf.gatherND(x, unique),
      }),
      inputs,
    );
  });

  it('adds 131,072 rows, many into the same place, exactly', async () => {
    const count = 131_072;
    const index = integers(seededRandom(13), [count], 50);
    const rows = { shape: [count, 3], data: new Float32Array(count * 3).fill(1) };
    const values = { index, rows };
    const program = await createOnnxEngine().compile(
      (t) => ({ sums: tf.unsortedSegmentSum(t.rows as Tensor2D, t.index as Tensor1D, 50) }),
      specsOf(values),
    );
    const counts = new Float32Array(150);
    index.data.forEach((row) => [0, 1, 2].forEach((c) => counts[3 * row + c]++));
    expect((await program.run(values)).sums.data).toEqual(counts);
    await program.dispose();
  });
});
