import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { seededRandom } from '../../src/spec/random.ts';
import {
  affineOffsets,
  applyKernels,
  applyOffsets,
  kernelFlow,
  mixKernels,
  normaliseKernels,
  STILL_AFFINE,
  stillKernel,
} from '../../src/model/pixel-transformations.ts';
import { expectAgreement, floats, withGradients } from '../compute/trace/against-eager.ts';

const [HEIGHT, WIDTH] = [6, 8];
const numbers = (x: Tensor): number[] => [...x.dataSync()];
const random = seededRandom(3);
const picture = tf.tensor4d(floats(random, [1, HEIGHT, WIDTH, 3], 0, 1).data, [1, HEIGHT, WIDTH, 3]);

/** The kernel of side 5 that draws each pixel from so many rows below and columns to the right. */
function drawnFrom(rows: number, cols: number): number[] {
  return Array.from({ length: 25 }, (_, tap) => (tap === 5 * (2 + rows) + 2 + cols ? 1 : 0));
}

/** The same kernel at every pixel. */
const everywhere = (kernel: readonly number[]): Tensor =>
  tf.tile(tf.tensor4d([...kernel], [1, 1, 1, kernel.length]), [1, HEIGHT, WIDTH, 1]);

/** The picture moved by hand; 0 comes in over the border. */
function movedBy(rows: number, cols: number): number[] {
  const at = numbers(picture);
  return at.map((_, i) => {
    const [c, col, row] = [i % 3, Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    const [fromRow, fromCol] = [row - rows, col - cols];
    const inside = fromRow >= 0 && fromRow < HEIGHT && fromCol >= 0 && fromCol < WIDTH;
    return inside ? at[3 * (fromRow * WIDTH + fromCol) + c] : 0;
  });
}

function expectClose(got: Tensor, expected: readonly number[]): void {
  const values = numbers(got);
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => {
    if (Math.abs(value - expected[i]) > 1e-5) expect.fail(`value ${i}: ${value}, expected ${expected[i]}`);
  });
}

describe('kernels', () => {
  it('are nowhere negative and sum to 1, whatever they are made from', () => {
    const raw = tf.tensor3d([[[-1, -2, -3, -4], [1, 3, -5, 0]]]); // prettier-ignore
    expectClose(
      normaliseKernels(raw, 2),
      [0.25, 0.25, 0.25, 0.25, 0.25, 0.75, 0, 0].map((x) => x),
    );
  });

  it('that draw from one pixel to the right move the picture one to the left, exactly', () => {
    expect(numbers(applyKernels(everywhere(drawnFrom(0, 1)), picture))).toEqual(movedBy(0, -1));
  });

  it.each([
    [2, -1],
    [-2, 2],
    [0, 0],
  ])('move it by %i rows and %i columns', (rows, cols) => {
    expect(numbers(applyKernels(everywhere(drawnFrom(-rows, -cols)), picture))).toEqual(movedBy(rows, cols));
    expectClose(kernelFlow(everywhere(drawnFrom(-rows, -cols))).slice([0, 2, 3, 0], [1, 1, 1, 2]), [
      -rows,
      -cols,
    ]);
  });

  it('that stand still leave every pixel as it is', () => {
    expect(numbers(applyKernels(everywhere(stillKernel(5)), picture))).toEqual(numbers(picture));
    expect(numbers(applyKernels(everywhere(stillKernel(3)), picture))).toEqual(numbers(picture));
  });

  it('may differ from pixel to pixel: DNA', () => {
    const left = tf.slice(everywhere(drawnFrom(0, 1)), [0, 0, 0, 0], [1, HEIGHT, 3, 25]);
    const right = tf.slice(everywhere(drawnFrom(-1, 0)), [0, 0, 0, 0], [1, HEIGHT, WIDTH - 3, 25]);
    const [one, other] = [movedBy(0, -1), movedBy(1, 0)];
    const expected = one.map((value, i) => (Math.floor(i / 3) % WIDTH < 3 ? value : other[i]));
    expect(numbers(applyKernels(tf.concat([left, right], 2), picture))).toEqual(expected);
  });

  it('mixed by masks do what each does alone, weighted: CDNA', () => {
    const kernels = tf.tensor3d([[drawnFrom(0, 1), drawnFrom(-2, 0)]]);
    const share = tf.tensor4d(floats(random, [1, HEIGHT, WIDTH, 1], 0, 1).data, [1, HEIGHT, WIDTH, 1]);
    const masks = tf.concat([share, tf.sub(1, share)], 3);
    const mixed = mixKernels(kernels, masks);
    const [one, other, part] = [movedBy(0, -1), movedBy(2, 0), numbers(share)];
    const expected = one.map((value, i) => {
      const p = part[Math.floor(i / 3)];
      return p * value + (1 - p) * other[i];
    });
    expectClose(applyKernels(mixed, picture), expected);
    expectClose(tf.sum(mixed, 3), Array<number>(HEIGHT * WIDTH).fill(1));
  });

  it('of several candidates move one picture, each in its own way', () => {
    const kernels = tf.concat([everywhere(drawnFrom(0, 1)), everywhere(drawnFrom(1, 0))], 0);
    expect(numbers(applyKernels(kernels, picture))).toEqual([...movedBy(0, -1), ...movedBy(-1, 0)]);
  });
});

describe('affine maps', () => {
  const one = tf.ones([1, HEIGHT, WIDTH, 1]);
  const mapped = (affine: readonly number[], masks: Tensor = one): Tensor =>
    applyOffsets(
      affineOffsets(tf.tensor3d([...affine], [1, affine.length / 6, 6]), HEIGHT, WIDTH),
      picture,
      masks,
    );
  // Shifts are in halves of the picture less a pixel.
  const [row, col] = [2 / (HEIGHT - 1), 2 / (WIDTH - 1)];

  it('the identity leaves the picture as it is', () => {
    expectClose(mapped(STILL_AFFINE), numbers(picture));
    numbers(affineOffsets(tf.tensor3d([[[...STILL_AFFINE]]]), HEIGHT, WIDTH)).forEach((value) =>
      expect(value).toBe(0),
    );
  });

  it('a shift fetches from so far away', () => {
    const fetched = tf.slice(
      mapped([1, 0, row, 0, 1, -2 * col]),
      [0, 0, 2, 0],
      [1, HEIGHT - 1, WIDTH - 2, 3],
    );
    expectClose(fetched, numbers(tf.slice(picture, [0, 1, 0, 0], [1, HEIGHT - 1, WIDTH - 2, 3])));
  });

  it('a half turn turns about the middle', () => {
    expectClose(mapped([-1, 0, 0, 0, -1, 0]), numbers(tf.reverse(picture, [1, 2])));
  });

  it('several are added up by their masks', () => {
    const masks = tf.concat([tf.mul(one, 0.25), tf.mul(one, 0.75)], 3);
    const flipped = numbers(tf.reverse(picture, [1, 2]));
    const expected = numbers(picture).map((value, i) => 0.25 * value + 0.75 * flipped[i]);
    expectClose(mapped([...STILL_AFFINE, -1, 0, 0, 0, -1, 0], masks), expected);
  });
});

describe('traced', () => {
  const r = seededRandom(4);
  const seen = floats(r, [2, HEIGHT, WIDTH, 3], 0, 1);
  const masks = floats(r, [2, HEIGHT, WIDTH, 2], 0, 1);

  it('kernels and their gradients agree with tfjs', async () => {
    const kernels = floats(r, [2, 2, 9], -0.5, 1);
    const fn = (k: Tensor, m: Tensor, x: Tensor): Tensor => {
      const mixed = mixKernels(normaliseKernels(k, 2), m);
      return tf.concat([applyKernels(mixed, x), kernelFlow(mixed)], 3);
    };
    await expectAgreement(withGradients(fn, ['kernels', 'masks', 'seen']), { kernels, masks, seen }, 1e-4);
  });

  it('affine maps and their gradients agree with tfjs', async () => {
    const affine = floats(r, [2, 2, 6], -0.6, 0.6);
    const fn = (a: Tensor, m: Tensor, x: Tensor): Tensor =>
      applyOffsets(affineOffsets(a, HEIGHT, WIDTH), x, m);
    await expectAgreement(withGradients(fn, ['affine', 'masks', 'seen']), { affine, masks, seen }, 1e-4);
  });
});
