import { expect, it } from 'vitest';
import { relativeDifference } from '../../src/compute/difference.ts';

const numbers = (...data: number[]) => ({ a: { shape: [data.length], data: Float32Array.from(data) } });

it('a difference is told as a fraction of the largest number', () => {
  expect(relativeDifference(numbers(1, -4), numbers(1, -4))).toBe(0);
  expect(relativeDifference(numbers(1, -3.5), numbers(1, -4))).toBe(0.125);
  expect(relativeDifference(numbers(NaN, -4), numbers(1, -4))).toBe(Infinity);
  expect(relativeDifference(numbers(-4, NaN), numbers(-4, 1))).toBe(Infinity);
});
