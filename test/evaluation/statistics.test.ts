import { describe, expect, it } from 'vitest';
import { mean, median, p95, proportion, quantile } from '../../src/evaluation/statistics.ts';

describe('proportion', () => {
  it("gives Wilson's interval: known answers", () => {
    // Wilson's formula, evaluated independently in Python.
    const cases: readonly (readonly [number, number, number, number])[] = [
      [0, 10, 0, 0.277533],
      [10, 10, 0.722467, 1],
      [5, 10, 0.236593, 0.763407],
      [36, 40, 0.769482, 0.96042],
    ];
    for (const [successes, trials, low, high] of cases) {
      const p = proportion(successes, trials);
      expect(p.rate).toBe(successes / trials);
      expect(p.low).toBeCloseTo(low, 5);
      expect(p.high).toBeCloseTo(high, 5);
    }
  });

  it('says nothing about no trials', () => {
    expect(proportion(0, 0)).toEqual({ successes: 0, trials: 0, rate: NaN, low: 0, high: 1 });
  });

  it('refuses counts that cannot be', () => {
    expect(() => proportion(3, 2)).toThrow('got 3 of 2');
    expect(() => proportion(0.5, 2)).toThrow('whole counts');
  });
});

it('summarises values: known answers', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([0, 10], 0.25)).toBe(2.5);
  expect(p95(Array.from({ length: 101 }, (_, i) => i))).toBe(95);
  expect(p95([])).toBeNaN();
});

it('leaves its input alone', () => {
  const values = [3, 1, 2];
  median(values);
  expect(values).toEqual([3, 1, 2]);
});
