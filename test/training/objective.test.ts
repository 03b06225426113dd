import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Value, Values } from '../../src/compute/compute.ts';
import { tf } from '../../src/compute/tfjs.ts';
import { deformation, OBJECTIVE_DEFAULTS, predictionLoss, warmUp } from '../../src/training/objective.ts';
import { batchOf, square, TABLE_COLOUR, type Colour } from '../fixtures/batch.ts';
import { handMadeWeights, moveBy, SMALL_FRAME, SMALL_PREDICTOR } from '../fixtures/hand-made.ts';

const tensors = (values: Values) =>
  Object.fromEntries(
    Object.entries(values).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  );

function lossOf(weights: Record<string, Value>, batch: Values, config = OBJECTIVE_DEFAULTS): number {
  return tf.tidy(() => {
    const [named, seen] = [tensors(weights), tensors(batch)];
    const behind = warmUp(SMALL_PREDICTOR, named, seen);
    return predictionLoss(SMALL_PREDICTOR, named, config, seen, behind).dataSync()[0];
  });
}

const red: Colour = [0.8, 0.2, 0.3];
const before = square(10, 12, red);
/** Two pixels to the right: 8 pixels of table become red, 8 red ones become table. */
const after = square(10, 14, red);
const still = handMadeWeights('still');
const twoToTheRight = handMadeWeights('first motion', moveBy(0, 2));

describe('the prediction loss', () => {
  it('is next to nothing when the prediction is perfect', () => {
    expect(lossOf(still, batchOf([{ frames: [before, before] }]))).toBeLessThan(1e-5);
    expect(lossOf(twoToTheRight, batchOf([{ frames: [before, after] }]))).toBeLessThan(1e-4);
  });

  it('is the weighted mean error, to be computed by hand', () => {
    const error = red.reduce((sum, c, i) => sum + Math.abs(c - TABLE_COLOUR[i]), 0) / 3;
    const cut = 16 * 16;
    const [moved, unmoved] = [16, cut - 16];
    for (const movedWeight of [0, 4]) {
      const config = { ...OBJECTIVE_DEFAULTS, movedWeight, coarseWeight: 0 };
      const weight = 1.001 + movedWeight;
      const expected = (moved * weight * error) / (moved * weight + unmoved * 1.001);
      expect(lossOf(still, batchOf([{ frames: [before, after] }]), config)).toBeCloseTo(expected, 4);
    }
  });

  it('is the mean over steps and windows', () => {
    const config = { ...OBJECTIVE_DEFAULTS, movedWeight: 0 };
    const one = lossOf(still, batchOf([{ frames: [before, after] }]), config);
    const steps = lossOf(still, batchOf([{ frames: [before, before, after] }]), config);
    const windows = batchOf([{ frames: [before, before] }, { frames: [before, after] }]);
    expect(one).toBeGreaterThan(0.005);
    expect(steps).toBeCloseTo(one / 2, 5);
    expect(lossOf(still, windows, config)).toBeCloseTo(one / 2, 5);
  });

  it('prefers the motion that happened to none, and none to the opposite one', () => {
    const batch = batchOf([{ frames: [before, after] }]);
    const opposite = handMadeWeights('first motion', moveBy(0, -2));
    const losses = [twoToTheRight, still, opposite].map((weights) => lossOf(weights, batch));
    expect(losses[0]).toBeLessThan(0.01 * losses[1]);
    expect(losses[1]).toBeLessThan(losses[2]);
  });

  it('on smoothed pictures it tells a near miss from a far one', () => {
    const batch = batchOf([{ frames: [before, square(10, 20, red)] }]);
    const near = handMadeWeights('first motion', moveBy(0, 4));
    const fine = { ...OBJECTIVE_DEFAULTS, movedWeight: 0, coarseWeight: 0 };
    const all = { ...fine, coarseWeight: 1 };
    // At full resolution both paint one square wrongly and lack another.
    expect(lossOf(near, batch, fine)).toBeCloseTo(lossOf(still, batch, fine), 4);
    expect(lossOf(near, batch, all)).toBeLessThan(0.95 * lossOf(still, batch, all));
  });

  it('predicts a window in the mirror where the batch says so', () => {
    // Two pixels to the gripper's left, up in the picture: down where left is right.
    const twoToTheLeft = handMadeWeights('first motion', moveBy(-2, 0));
    const [up, down] = [square(8, 12, red), square(12, 12, red)];
    const batch = batchOf([{ frames: [before, down] }, { frames: [before, up] }]);
    const halfMirrored = { ...batch, mirror: { shape: [2, 1], data: Float32Array.of(-1, 1) } };
    expect(lossOf(twoToTheLeft, halfMirrored)).toBeLessThan(1e-4);
    expect(lossOf(twoToTheLeft, batch)).toBeGreaterThan(0.01);
  });

  it('does not look where the arm is', () => {
    const { height, width } = SMALL_FRAME;
    const clear = new Float32Array(height * width);
    const overSquares = Float32Array.from(clear, (_, i) => {
      const [row, col] = [Math.floor(i / width), i % width];
      return row >= 10 && row < 14 && col >= 12 && col < 18 ? 1 : 0;
    });
    const seen = lossOf(still, batchOf([{ frames: [before, after] }]));
    const hidden = lossOf(still, batchOf([{ frames: [before, after], armMasks: [clear, overSquares] }]));
    expect(hidden).toBeLessThan(0.02 * seen);
  });

  it('behind the arm it expects what it last saw there', () => {
    const clear = new Float32Array(SMALL_FRAME.height * SMALL_FRAME.width);
    const covered = clear.map(() => 1);
    const arm = square(10, 12, [0, 1, 0]);
    const loss = (earlier: Float32Array): number =>
      lossOf(still, batchOf([{ earlier, frames: [arm, before], armMasks: [covered, clear] }]));
    expect(loss(before)).toBeLessThan(1e-4);
    expect(loss(after)).toBeGreaterThan(0.01);
  });

  it('takes a shadow on the table for table', () => {
    const shadow: Colour = [0.7 * TABLE_COLOUR[0], 0.7 * TABLE_COLOUR[1], 0.7 * TABLE_COLOUR[2]];
    const [here, there] = [square(10, 12, shadow), square(10, 14, shadow)];
    expect(lossOf(still, batchOf([{ frames: [here, there] }]))).toBeLessThan(1e-4);
  });
});

describe('deformation', () => {
  const red = [1, 0, 0, 1];
  const grid = (side: number): number[][] =>
    Array.from({ length: side * side }, (_, k) => [Math.floor(k / side), k % side]);
  /** Of a square of one colour whose pixels at (row, col) came from `from`. */
  const of = (from: (row: number, col: number) => readonly number[], side = 6): number => {
    const places = grid(side);
    const flow = places.flatMap(([row, col]) => from(row, col).map((x, d) => x - [row, col][d]));
    const picture = (values: number[]): Tensor =>
      tf.tensor4d(values, [1, side, side, values.length / side ** 2]);
    const colours = picture(places.flatMap(() => red));
    return deformation(picture(flow), picture(places.flat()), colours).dataSync()[0];
  };

  // A cut of 1 x 2 pixels: one pair of neighbours, which came from 1.5 pixels apart.
  const pair = (left: readonly number[], right: readonly number[]): number =>
    deformation(
      tf.tensor4d([0, 0, 0, 0.5], [1, 1, 2, 2]),
      tf.tensor4d([0, 0, 0, 1], [1, 1, 2, 2]),
      tf.tensor4d([...left, ...right], [1, 1, 2, 4]),
    ).dataSync()[0];

  it('is by how much the distance of two alike pixels of a thing changes, over one more than their weight', () => {
    expect(pair(red, red)).toBeCloseTo(0.5 / (1 + 1), 4);
  });

  it('does not bind a thing to the table', () => {
    expect(pair(red, [1, 0, 0, 0])).toBe(0);
  });

  it('binds unlike colours less', () => {
    const weight = Math.exp(-15 * (0.3 / 3));
    expect(pair(red, [0.7, 0, 0, 1])).toBeCloseTo((0.5 * weight) / (1 + weight), 4);
  });

  it('lets a thing turn as far as it likes', () => {
    const [c, s] = [Math.cos(0.8), Math.sin(0.8)];
    expect(of((row, col) => [c * row - s * col + 3, s * row + c * col - 2])).toBeLessThan(1e-5);
  });

  it('sees a thing being squeezed and sheared, in every direction', () => {
    expect(of((row, col) => [0.8 * row, col])).toBeGreaterThan(0.08);
    expect(of((row, col) => [row, 0.8 * col])).toBeGreaterThan(0.08);
    expect(of((row, col) => [row + 0.2 * col, col])).toBeGreaterThan(0.05);
    expect(of((row, col) => [row, col - 0.2 * row])).toBeGreaterThan(0.05);
  });

  it('sees an edge move that leaves its middle behind', () => {
    expect(of((row, col) => [row, col < 1 ? col - 1 : col])).toBeGreaterThan(0.05);
  });
});
