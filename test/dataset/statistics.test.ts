import { describe, expect, it } from 'vitest';
import { combineStatistics, imageStatistics, vectorStatistics } from '../../src/dataset/statistics.ts';
import { makeFrame } from '../../src/spec/frame.ts';

describe('vectorStatistics', () => {
  it('knows the answers for 0..100', () => {
    const rows = Array.from({ length: 101 }, (_, i) => [i, -2]);
    const found = vectorStatistics(rows);
    expect(found.count).toBe(101);
    expect(found.min).toEqual([0, -2]);
    expect(found.max).toEqual([100, -2]);
    expect(found.mean).toEqual([50, -2]);
    expect(found.std[0]).toBeCloseTo(Math.sqrt((101 ** 2 - 1) / 12), 10);
    expect(found.std[1]).toBe(0);
    expect([found.q01, found.q10, found.q50, found.q90, found.q99].map((q) => q[0])).toEqual([
      1, 10, 50, 90, 99,
    ]);
  });

  it('leaves out what is not a number', () => {
    const found = vectorStatistics([
      [1, NaN],
      [NaN, NaN],
      [3, NaN],
    ]);
    expect(found.mean).toEqual([2, 0]);
    expect(found.max).toEqual([3, 0]);
  });
});

describe('imageStatistics', () => {
  it('gives one number a channel, in 0..1', () => {
    const frame = makeFrame(
      { height: 1, width: 4 },
      Uint8Array.of(0, 51, 255, 0, 51, 255, 255, 51, 255, 255, 51, 255),
    );
    const found = imageStatistics([frame, frame]);
    expect(found.min).toEqual([0, 0.2, 1]);
    expect(found.max).toEqual([1, 0.2, 1]);
    expect(found.mean[0]).toBe(0.5);
    expect(found.std[0]).toBe(0.5);
    expect(found.std[2]).toBe(0);
    expect(found.q10).toEqual([0, 0.2, 1]);
    expect(found.q90).toEqual([1, 0.2, 1]);
    expect(found.count).toBe(2);
  });
});

describe('combineStatistics', () => {
  it('is what the parts give together, exactly but for the quantiles', () => {
    const rows = Array.from({ length: 60 }, (_, i) => [Math.sin(i * i), i]);
    const together = vectorStatistics(rows);
    const parts = [rows.slice(0, 10), rows.slice(10, 25), rows.slice(25)].map(vectorStatistics);
    const combined = combineStatistics(parts);
    for (const name of ['min', 'max', 'mean', 'std'] as const) {
      combined[name].forEach((v, d) => {
        expect(v).toBeCloseTo(together[name][d], 10);
      });
    }
    expect(combined.count).toBe(60);
    expect(combined.q50[1]).toBeCloseTo((10 * 4.5 + 15 * 17 + 35 * 42) / 60, 10);
  });

  it('does not depend on whether parts were combined before', () => {
    const [a, b, c] = [1, 2, 3].map((k) =>
      vectorStatistics(Array.from({ length: 5 * k }, (_, i) => [i * k])),
    );
    const atOnce = combineStatistics([a, b, c]);
    const inTurn = combineStatistics([combineStatistics([a, b]), c]);
    expect(inTurn.q90[0]).toBeCloseTo(atOnce.q90[0], 10);
    expect(inTurn.std[0]).toBeCloseTo(atOnce.std[0], 10);
  });
});
