import { beforeAll, describe, expect, it } from 'vitest';
import type { Value } from '../../src/compute/compute.ts';
import { createOnnxEngine } from '../../src/compute/onnx-engine.ts';
import { tf } from '../../src/compute/tfjs.ts';
import { pixelDistance, type Pixel } from '../../src/spec/pixel.ts';
import { seededRandom } from '../../src/spec/random.ts';
import {
  compileMetrics,
  peakSignalToNoise,
  structuralSimilarity,
  type HeldOutBatch,
} from '../../src/training/metrics.ts';
import { batchOf, square, type Colour } from '../fixtures/batch.ts';
import { handMadeWeights, moveBy, SMALL_PIXEL_M, SMALL_PREDICTOR, SMALL_RIG } from '../fixtures/hand-made.ts';

const SHAPE: [number, number, number, number] = [1, 10, 12, 3];
const random = seededRandom(8);
const noise = Float32Array.from({ length: 360 }, () => random.next());
const flat = (value: number) => tf.fill(SHAPE, value);

describe('peak signal-to-noise ratio', () => {
  it('is 20 dB for an error of a tenth everywhere, 6.02 dB for a half', () => {
    expect(peakSignalToNoise(flat(0.5), flat(0.6)).dataSync()[0]).toBeCloseTo(20, 3);
    expect(peakSignalToNoise(flat(0), flat(0.5)).dataSync()[0]).toBeCloseTo(6.0206, 3);
  });

  it('of equal frames is a finite 100 dB', () => {
    const x = tf.tensor4d(noise, SHAPE);
    expect(peakSignalToNoise(x, x).dataSync()[0]).toBeCloseTo(100, 2);
  });

  it('is the mean over the batch of each frame, not of all pixels', () => {
    const [a, b] = [tf.concat([flat(0.5), flat(0.5)]), tf.concat([flat(0.6), flat(0.51)])];
    expect(peakSignalToNoise(a, b).dataSync()[0]).toBeCloseTo(30, 2);
  });
});

/** SSIM from its definition, window by window, in double precision. */
function ssimByDefinition(a: Float32Array, b: Float32Array): number {
  const [, height, width, channels] = SHAPE;
  const values: number[] = [];
  for (let row = 0; row + 7 <= height; row++) {
    for (let col = 0; col + 7 <= width; col++) {
      for (let c = 0; c < channels; c++) {
        const at = Array.from(
          { length: 49 },
          (_, k) => ((row + Math.floor(k / 7)) * width + col + (k % 7)) * channels + c,
        );
        const mean = (value: (i: number) => number): number => at.reduce((sum, i) => sum + value(i), 0) / 49;
        const [ma, mb] = [mean((i) => a[i]), mean((i) => b[i])];
        const va = mean((i) => (a[i] - ma) ** 2);
        const vb = mean((i) => (b[i] - mb) ** 2);
        const cov = mean((i) => (a[i] - ma) * (b[i] - mb));
        const luminance = (2 * ma * mb + 1e-4) / (ma * ma + mb * mb + 1e-4);
        values.push((luminance * (2 * cov + 9e-4)) / (va + vb + 9e-4));
      }
    }
  }
  return values.reduce((x, y) => x + y, 0) / values.length;
}

describe('structural similarity', () => {
  it('of equal frames is 1', () => {
    const x = tf.tensor4d(noise, SHAPE);
    expect(structuralSimilarity(x, x).dataSync()[0]).toBeCloseTo(1, 4);
  });

  it('of two flat frames is their luminance term', () => {
    const expected = (2 * 0.2 * 0.8 + 1e-4) / (0.04 + 0.64 + 1e-4);
    expect(structuralSimilarity(flat(0.2), flat(0.8)).dataSync()[0]).toBeCloseTo(expected, 3);
  });

  it.each([
    ['noise added', (x: number, i: number) => x + 0.2 * noise[(i + 7) % 360]],
    ['contrast inverted', (x: number) => 1 - x],
    ['contrast halved', (x: number) => 0.5 * x + 0.25],
  ])('is what its definition says: %s', (_, change) => {
    const other = noise.map(change);
    const found = structuralSimilarity(tf.tensor4d(noise, SHAPE), tf.tensor4d(other, SHAPE)).dataSync()[0];
    expect(found).toBeCloseTo(ssimByDefinition(noise, other), 4);
    expect(found).toBeLessThan(0.97);
  });
});

describe('held-out metrics', () => {
  const red: Colour = [0.8, 0.2, 0.3];
  const squares = [12, 14, 16].map((col) => square(10, col, red));
  const followed: Pixel[] = [12, 14, 16].map((col) => ({ row: 11.5, col: col + 1.5 }));
  const resting: Pixel[] = [0, 0, 0].map(() => ({ row: 9, col: 13 }));
  const slow: Pixel[] = [0, 1, 2].map((offset) => ({ row: 16, col: 12 + offset }));
  const batch: HeldOutBatch = {
    values: () => batchOf([{ frames: squares }, { frames: squares }]),
    pixels: [followed, resting],
    moved: [true, false],
  };
  let metrics: Awaited<ReturnType<typeof compileMetrics>>;
  beforeAll(async () => {
    metrics = await compileMetrics(createOnnxEngine(), SMALL_PREDICTOR, SMALL_RIG, { batch: 2, horizon: 2 });
    return () => metrics.dispose();
  });
  const measure = (weights: Record<string, Value>, batches = [batch]) => metrics.measure(weights, batches);

  it('of a predictor that stands still: its pixel errors are those of "nothing moves"', async () => {
    const { moved, unmoved, movedCm } = await measure(handMadeWeights('still'));
    expect([moved.windows, unmoved.windows]).toEqual([1, 1]);
    expect(moved.nothingMoves).toEqual([expect.closeTo(2, 5), expect.closeTo(4, 5)]);
    moved.model.forEach((error, t) => expect(error).toBeCloseTo(moved.nothingMoves[t], 1));
    expect(unmoved.nothingMoves).toEqual([0, 0]);
    // The camera looks straight down.
    movedCm.nothingMoves.forEach((cm, t) =>
      expect(cm).toBeCloseTo(100 * SMALL_PIXEL_M * moved.nothingMoves[t], 3),
    );
    movedCm.model.forEach((cm, t) => expect(cm).toBeCloseTo(100 * SMALL_PIXEL_M * moved.model[t], 2));
    unmoved.model.forEach((error) => expect(error).toBeLessThan(0.1));
  });

  it('of a predictor that is right: no pixel error where something moved, and frames that agree', async () => {
    const right = await measure(handMadeWeights('first motion', moveBy(0, 2)));
    right.moved.model.forEach((error) => expect(error).toBeLessThan(0.15));
    expect(right.moved.nothingMoves[1]).toBeCloseTo(4, 5);
    // It moves the resting point, too, and pays for it.
    expect(right.unmoved.model[1]).toBeGreaterThan(3.5);
    const still = await measure(handMadeWeights('still'));
    expect(right.psnr).toBeGreaterThan(40);
    expect(right.ssim).toBeGreaterThan(0.999);
    expect(still.psnr).toBeLessThan(30);
    expect(still.ssim).toBeLessThan(right.ssim);
  });

  it('tells points that moved from others as it is told; means are over windows', async () => {
    const weights = handMadeWeights('still');
    const { moved, unmoved } = await measure(weights, [batch, { ...batch, pixels: [followed, slow] }]);
    expect([moved.windows, unmoved.windows]).toEqual([2, 2]);
    expect(pixelDistance(slow[0], slow[2])).toBe(2);
    expect(unmoved.nothingMoves).toEqual([expect.closeTo(0.5, 5), expect.closeTo(1, 5)]);
  });

  it('of play without truth: frames are compared, and no point is counted', async () => {
    const blind = { ...batch, pixels: [[], []], moved: [false, false] };
    const weights = handMadeWeights('still');
    const [seen, known] = [await measure(weights, [blind]), await measure(weights)];
    expect([seen.moved.windows, seen.unmoved.windows]).toEqual([0, 0]);
    expect(seen.psnr).toBeCloseTo(known.psnr, 5);
    expect(seen.ssim).toBeCloseTo(known.ssim, 5);
  });

  it('without any windows reports zeros for the pixels', async () => {
    const { moved } = await measure(handMadeWeights('still'), []);
    expect(moved).toEqual({ windows: 0, model: [0, 0], nothingMoves: [0, 0] });
  });
});
