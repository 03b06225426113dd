import { describe, expect, it } from 'vitest';
import { horizonAt, learningRateAt } from '../../src/training/schedule.ts';

const config = {
  learningRate: 0.01,
  warmupSteps: 100,
  decayFrom: 0.6,
  finalRate: 0.05,
  horizons: [
    { from: 0, horizon: 2 },
    { from: 0.25, horizon: 4 },
    { from: 0.5, horizon: 8 },
  ],
};

describe('the learning rate', () => {
  it.each([
    ['rises from the first step on', 0, 0, 0.0001],
    ['is half-way up in the middle of the warm-up', 0, 49, 0.005],
    ['is full after the warm-up', 0.01, 99, 0.01],
    ['stays full until the decay', 0.6, 5000, 0.01],
    ['is half-way down in the middle of the decay', 0.8, 8000, 0.005],
    ['ends at its final fraction', 1, 10_000, 0.0005],
    ['is not lower beyond the end', 1.2, 12_000, 0.0005],
  ])('%s', (_, progress, step, rate) => {
    expect(learningRateAt(config, progress, step)).toBeCloseTo(rate, 10);
  });

  it('is full at once without a warm-up', () => {
    expect(learningRateAt({ ...config, warmupSteps: 0 }, 0, 0)).toBe(0.01);
  });

  it('may stay full to the end', () => {
    expect(learningRateAt({ ...config, decayFrom: 1 }, 0.999, 9990)).toBeCloseTo(0.01, 10);
  });
});

it('the horizon grows with progress', () => {
  const seen = [0, 0.24, 0.25, 0.49, 0.5, 1, 1.3].map((progress) => horizonAt(config, progress));
  expect(seen).toEqual([2, 2, 4, 4, 8, 8, 8]);
});

it('the first horizon serves from the start, even when it is said to come later', () => {
  expect(horizonAt({ ...config, horizons: [{ from: 0.2, horizon: 3 }] }, 0)).toBe(3);
});
