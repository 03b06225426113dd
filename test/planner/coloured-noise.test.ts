import { describe, expect, it } from 'vitest';
import { colouredNoise } from '../../src/planner/coloured-noise.ts';
import { seededRandom } from '../../src/spec/random.ts';

function draws(length: number, beta: number, count: number): Float32Array[] {
  const source = colouredNoise(length, beta);
  const random = seededRandom(1);
  return Array.from({ length: count }, () => {
    const sequence = new Float32Array(length);
    source(random, sequence);
    return sequence;
  });
}

/** Mean power at frequency k / T over the sequences. */
function power(sequences: readonly Float32Array[], k: number): number {
  let sum = 0;
  for (const x of sequences) {
    let [re, im] = [0, 0];
    x.forEach((value, t) => {
      re += value * Math.cos((2 * Math.PI * k * t) / x.length);
      im += value * Math.sin((2 * Math.PI * k * t) / x.length);
    });
    sum += re ** 2 + im ** 2;
  }
  return sum / sequences.length;
}

describe.each([0, 1, 2, 3])('coloured noise with beta %d', (beta) => {
  it('has a spectrum that falls by 1 / f^beta', () => {
    const sequences = draws(64, beta, 600);
    const frequencies = Array.from({ length: 31 }, (_, i) => i + 1);
    const x = frequencies.map(Math.log);
    const y = frequencies.map((k) => Math.log(power(sequences, k)));
    const mean = (v: number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
    const slope =
      mean(x.map((xi, i) => (xi - mean(x)) * (y[i] - mean(y)))) / mean(x.map((xi) => (xi - mean(x)) ** 2));
    expect(slope).toBeCloseTo(-beta, 1);
  });

  it.each([1, 2, 9, 10])('has mean 0 and standard deviation 1 at each of %d steps', (length) => {
    const sequences = draws(length, beta, 5000);
    for (let t = 0; t < length; t++) {
      const mean = sequences.reduce((sum, s) => sum + s[t], 0) / sequences.length;
      const std = Math.sqrt(sequences.reduce((sum, s) => sum + s[t] ** 2, 0) / sequences.length);
      expect(Math.abs(mean)).toBeLessThan(0.06);
      expect(Math.abs(std - 1)).toBeLessThan(0.05);
    }
  });
});

it('writes one dimension of a T x A sequence', () => {
  const out = new Float32Array(12).fill(9);
  colouredNoise(4, 2)(seededRandom(2), out, 1, 3);
  const untouched = out.filter((_, i) => i % 3 !== 1);
  expect([...untouched]).toEqual(new Array(8).fill(9));
  expect(out.filter((_, i) => i % 3 === 1).every((value) => value !== 9)).toBe(true);
});
