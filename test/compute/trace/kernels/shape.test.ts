import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { describe, it } from 'vitest';
import { tf } from '../../../../src/compute/tfjs.ts';
import { seededRandom } from '../../../../src/spec/random.ts';
import { expectAgreement, floats, withGradients } from '../against-eager.ts';

/** Through a convolution, so that values exist channels first only. */
const throughConvolution = (x: Tensor): Tensor => {
  const identity = tf.eye(x.shape[3] as number).reshape([1, 1, x.shape[3] as number, x.shape[3] as number]);
  return tf.conv2d(x as Tensor4D, identity as Tensor4D, 1, 'same');
};

/** Space to depth and back as `model/ops.ts` writes them, with blocks of 2 x 2. */
const spaceToDepth = (x: Tensor): Tensor =>
  x.reshape([2, 2, 2, 3, 2, 4]).transpose([0, 1, 3, 2, 4, 5]).reshape([2, 2, 3, 16]);
const depthToSpace = (x: Tensor): Tensor =>
  x.reshape([2, 4, 6, 2, 2, 1]).transpose([0, 1, 3, 2, 4, 5]).reshape([2, 8, 12, 1]);

/** Functions of x [2, 4, 6, 4]. */
const moves: Record<string, (x: Tensor) => Tensor> = {
  broadcastTo: (x) => tf.broadcastTo(tf.slice(x, [0, 0, 0, 1], [2, 1, 6, 1]), [2, 4, 6, 5]),
  concatChannels: (x) => tf.concat([x, tf.mul(x, x), x], 3),
  concatRows: (x) => tf.concat([x, tf.neg(x)], 1),
  cumsum: (x) => tf.cumsum(x, 3),
  cumsumReverse: (x) => tf.cumsum(x, 3, true, true),
  depthToSpace,
  expandDims: (x) => tf.expandDims(x, 2),
  flatten: (x) => x.reshape([-1]),
  pad: (x) =>
    tf.pad(
      x,
      [
        [0, 0],
        [1, 2],
        [0, 1],
        [2, 0],
      ],
      0.5,
    ),
  reverse: (x) => tf.reverse(x, [1, 3]),
  slice: (x) => tf.slice(x, [0, 1, 2, 1], [2, 2, 3, 2]),
  spaceToDepth,
  splitChannels: (x) => tf.mul(tf.split(x, [1, 3], 3)[1], tf.split(x, 4, 3)[0]),
  splitRows: (x) => tf.split(x, 2, 1)[1],
  stack: (x) => tf.stack([x, tf.square(x)], 2),
  tile: (x) => tf.tile(x, [1, 2, 1, 3]),
  toChannelsFirst: (x) => tf.transpose(x, [0, 3, 1, 2]),
  toChannelsLast: (x) => tf.transpose(x, [0, 2, 3, 1]),
  transpose: (x) => tf.transpose(x, [3, 1, 0, 2]),
  unstack: (x) => tf.sub(tf.unstack(x, 1)[2], tf.unstack(x, 1)[0]),
};

const reductions: Record<string, (x: Tensor) => Tensor> = {
  sum: (x) => tf.sum(x),
  sumChannels: (x) => tf.sum(x, 3),
  sumChannelsKept: (x) => tf.sum(x, 3, true),
  sumRows: (x) => tf.sum(x, 1),
  sumToChannels: (x) => tf.sum(x, [0, 1, 2]),
  mean: (x) => tf.mean(x),
  meanRowsAndChannels: (x) => tf.mean(x, [1, 3]),
  max: (x) => tf.max(x, 3),
  maxKept: (x) => tf.max(x, [1, 2], true),
  min: (x) => tf.min(x, [1]),
  softmax: (x) => tf.softmax(x),
  logSumExp: (x) => tf.logSumExp(x, 3),
};

const inputs = { x: floats(seededRandom(1), [2, 4, 6, 4]) };

describe.each([
  ['moves', moves],
  ['reductions', reductions],
])('%s and their gradients agree with tfjs, in both layouts', (_kind, functions) => {
  it.each(Object.entries(functions))('%s', async (_name, fn) => {
    await expectAgreement(withGradients(fn, ['x']), inputs);
    await expectAgreement(
      withGradients((x) => fn(throughConvolution(x)), ['x']),
      inputs,
    );
    // On into another convolution, so that the result is wanted channels first.
    await expectAgreement(
      withGradients(
        (x) => {
          const y = fn(throughConvolution(x));
          return y.rank === 4 ? throughConvolution(y) : tf.square(y);
        },
        ['x'],
      ),
      inputs,
    );
  });
});

it('kernels without a gradient agree too', async () => {
  await expectAgreement(
    ({ x }) => ({
      argMax: tf.argMax(x, 3),
      argMin: tf.argMin(x, 1),
      all: tf.all(tf.greater(x, -1.9), 3),
      any: tf.any(tf.greater(x, 1.5), [1, 2]),
      prod: tf.prod(x, 3),
      mirrored: tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 1],
          [2, 1],
          [0, 0],
        ],
        'reflect',
      ),
      strided: tf.stridedSlice(x, [0, 1, 0, 0], [2, 4, 6, 4], [1, 2, 3, 1]),
      backwards: tf.stridedSlice(x, [0, 3, 0, 0], [2, 0, 6, 4], [1, -1, 1, 2]),
      shrunk: tf.stridedSlice(x, [1, 1, 0, 0], [2, 3, 6, 4], [1, 1, 1, 1], 0, 0, 0, 0, 1),
      oneHot: tf.oneHot(tf.cast(tf.floor(tf.add(tf.max(x, [1, 2]), 2)), 'int32'), 5, 2, -1),
      range: tf.add(tf.range(0, 4), tf.linspace(0, 1, 4)),
      filled: tf.add(tf.fill([4], 2), tf.zeros([2, 1])),
      unsigned: tf.cast(tf.greater(x, 0), 'float32'),
    }),
    inputs,
  );
});
