import { describe, expect, it } from 'vitest';
import { formatMinutes, linearScale, linearTicks, logScale } from '../../src/experiment/axes.ts';

describe('scales', () => {
  it('linear: ends and middle lie where they belong, upside down too', () => {
    const y = linearScale([0, 1], [250, 50]);
    expect([y(0), y(0.5), y(1)]).toEqual([250, 150, 50]);
  });

  it('logarithmic: equal factors are equally far apart', () => {
    const x = logScale([10, 1000], [0, 200]);
    expect(x(10)).toBeCloseTo(0, 9);
    expect(x(100)).toBeCloseTo(100, 9);
    expect(x(1000)).toBeCloseTo(200, 9);
    expect(x(40) - x(20)).toBeCloseTo(x(800) - x(400), 9);
  });

  it('refuse what has no place on them', () => {
    expect(() => logScale([0, 10], [0, 1])).toThrow('above 0');
    expect(() => linearScale([3, 3], [0, 1])).toThrow('expected a range');
  });
});

describe('ticks', () => {
  it.each([
    [9.1, [0, 2, 4, 6, 8, 10]],
    [3, [0, 1, 2, 3]],
    [0.25, [0, 0.05, 0.1, 0.15, 0.2, 0.25]],
    [42, [0, 10, 20, 30, 40, 50]],
    [0, [0, 1]],
  ])('up to %f are %j', (largest, ticks) => {
    expect(linearTicks(largest)).toEqual(ticks);
  });

  it.each([
    [10, '10 min'],
    [2.5, '2.5 min'],
    [60, '1 h'],
    [90, '1.5 h'],
    [600, '10 h'],
  ])('%f minutes are %s', (minutes, words) => {
    expect(formatMinutes(minutes)).toBe(words);
  });
});
