import type { Tensor } from '@tensorflow/tfjs';
import { describe, it } from 'vitest';
import { tf } from '../../../../src/compute/tfjs.ts';
import { seededRandom } from '../../../../src/spec/random.ts';
import { expectAgreement, floats, integers, withGradients } from '../against-eager.ts';

const unary: Record<string, { fn: (x: Tensor) => Tensor; low?: number; high?: number; gradient?: boolean }> =
  {
    abs: { fn: tf.abs },
    acos: { fn: tf.acos, low: -0.9, high: 0.9 },
    acosh: { fn: tf.acosh, low: 1.2, high: 3 },
    asin: { fn: tf.asin, low: -0.9, high: 0.9 },
    asinh: { fn: tf.asinh },
    atan: { fn: tf.atan },
    atanh: { fn: tf.atanh, low: -0.9, high: 0.9 },
    ceil: { fn: tf.ceil },
    clipByValue: { fn: (x) => tf.clipByValue(x, -0.5, 0.7) },
    cos: { fn: tf.cos },
    cosh: { fn: tf.cosh },
    elu: { fn: tf.elu },
    erf: { fn: tf.erf },
    exp: { fn: tf.exp },
    expm1: { fn: tf.expm1 },
    floor: { fn: tf.floor },
    isNaN: { fn: tf.isNaN, gradient: false },
    leakyRelu: { fn: (x) => tf.leakyRelu(x, 0.1) },
    log: { fn: tf.log, low: 0.1, high: 3 },
    log1p: { fn: tf.log1p, low: -0.5, high: 3 },
    neg: { fn: tf.neg },
    onesLike: { fn: (x) => tf.add(tf.onesLike(x), x) },
    reciprocal: { fn: tf.reciprocal, low: 0.3, high: 3 },
    relu: { fn: tf.relu },
    relu6: { fn: (x) => tf.relu6(tf.mul(x, 5)) },
    round: { fn: tf.round },
    rsqrt: { fn: tf.rsqrt, low: 0.3, high: 3 },
    selu: { fn: tf.selu },
    sigmoid: { fn: tf.sigmoid },
    sign: { fn: tf.sign },
    sin: { fn: tf.sin },
    sinh: { fn: tf.sinh },
    softmax: { fn: (x) => tf.softmax(x) },
    softplus: { fn: tf.softplus },
    sqrt: { fn: tf.sqrt, low: 0.1, high: 3 },
    square: { fn: tf.square },
    step: { fn: (x) => tf.step(x, 0.3) },
    tan: { fn: tf.tan, low: -1, high: 1 },
    tanh: { fn: tf.tanh },
    zerosLike: { fn: (x) => tf.add(tf.zerosLike(x), x) },
  };

const binary: Record<
  string,
  { fn: (a: Tensor, b: Tensor) => Tensor; low?: number; gradient?: boolean; broadcasts?: boolean }
> = {
  add: { fn: tf.add },
  addN: { fn: (a, b) => tf.addN([a, tf.mul(a, b), a]) },
  div: { fn: tf.div, low: 0.5 },
  floorDiv: { fn: tf.floorDiv, low: 0.5, gradient: false },
  // tfjs's own gradients of maximum, minimum and squaredDifference do not broadcast.
  maximum: { fn: tf.maximum, broadcasts: false },
  minimum: { fn: tf.minimum, broadcasts: false },
  mod: { fn: tf.mod, low: 0.5 },
  mul: { fn: tf.mul },
  pow: { fn: tf.pow, low: 0.3 },
  prelu: { fn: (a, b) => tf.prelu(a, b) },
  squaredDifference: { fn: tf.squaredDifference, broadcasts: false },
  sub: { fn: tf.sub },
};

const comparisons: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
  equal: tf.equal,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  notEqual: tf.notEqual,
  logicalAnd: (a, b) => tf.logicalAnd(tf.greater(a, 2), tf.less(b, 3)),
  logicalOr: (a, b) => tf.logicalOr(tf.greater(a, 2), tf.less(b, 3)),
  logicalNot: (a, b) => tf.logicalNot(tf.equal(a, b)),
};

/** Through a convolution, so that values exist channels first only. */
const throughConvolution = (x: Tensor): Tensor =>
  tf.conv2d(
    x as never,
    tf.tensor([
      [
        [
          [1, 0],
          [0, 1],
        ],
      ],
    ]) as never,
    1,
    'same',
  );

describe('unary kernels and their gradients agree with tfjs', () => {
  it.each(Object.entries(unary))('%s', async (_name, { fn, low, high, gradient = true }) => {
    const inputs = { x: floats(seededRandom(1), [2, 3, 4, 2], low, high) };
    await expectAgreement(gradient ? withGradients(fn, ['x']) : ({ x }) => ({ value: fn(x) }), inputs);
    // The same channels first.
    if (gradient)
      await expectAgreement(
        withGradients((x) => fn(throughConvolution(x)), ['x']),
        inputs,
      );
  });
});

describe('binary kernels and their gradients agree with tfjs, whatever broadcasts', () => {
  const shapes = [
    [
      [2, 3, 4, 2],
      [2, 3, 4, 2],
    ],
    [[2, 3, 4, 2], [2]],
    [
      [2, 3, 4, 2],
      [4, 1],
    ],
    [
      [2, 3, 4, 2],
      [2, 1, 1, 2],
    ],
    [
      [2, 3, 4, 2],
      [3, 4, 2],
    ],
    [[3, 5], []],
  ];
  it.each(Object.entries(binary))('%s', async (_name, { fn, low, gradient = true, broadcasts = true }) => {
    for (const [first, second] of shapes) {
      const differentiable = gradient && (broadcasts || first.join() === second.join());
      const random = seededRandom(2);
      const inputs = { a: floats(random, first, low), b: floats(random, second, low) };
      if (!differentiable) {
        await expectAgreement(({ a, b }) => ({ value: fn(a, b) }), inputs);
        continue;
      }
      await expectAgreement(withGradients(fn, ['a', 'b']), inputs);
      if (first.length === 4) {
        await expectAgreement(
          withGradients((a, b) => fn(throughConvolution(a), b), ['a', 'b']),
          inputs,
        );
      }
    }
  });
});

describe('selection', () => {
  it('where: values and gradients of both branches', async () => {
    const random = seededRandom(4);
    const inputs = {
      c: floats(random, [2, 3, 4, 2]),
      a: floats(random, [2, 3, 4, 2]),
      b: floats(random, [2]),
    };
    // tfjs differentiates through the condition, and comparisons have no gradient: keep it a constant.
    const select = (c: Tensor, a: Tensor, b: Tensor): Tensor =>
      tf.where(tf.greater(c, 0.1), tf.mul(a, b), tf.sub(a, b));
    await expectAgreement(withGradients(select, ['a', 'b']), inputs);
    await expectAgreement(
      withGradients((c, a, b) => select(c, throughConvolution(a), b), ['a', 'b']),
      inputs,
    );
  });
});

describe('integers and bools', () => {
  it.each(Object.entries(comparisons))('%s', async (_name, fn) => {
    const random = seededRandom(3);
    const inputs = { a: integers(random, [4, 5], 5), b: integers(random, [4, 5], 5) };
    await expectAgreement(({ a, b }) => ({ value: fn(a, b) }), inputs);
  });

  it('computes with negative int32 as tfjs does', async () => {
    const inputs = {
      a: { shape: [6], data: Int32Array.of(-7, -1, 0, 3, 7, 8) },
      b: { shape: [6], data: Int32Array.of(3, 2, 4, -2, 4, 3) },
    };
    await expectAgreement(
      ({ a, b }) => ({
        floorDiv: tf.floorDiv(a, b),
        mod: tf.mod(a, b),
        sum: tf.add(a, b),
        product: tf.mul(a, b),
        minimum: tf.minimum(a, b),
        square: tf.square(a),
        count: tf.sum(tf.greater(a, b)),
        truncated: tf.cast(tf.mul(tf.cast(a, 'float32'), 0.4), 'int32'),
      }),
      inputs,
    );
  });
});
