/**
 * Noise with a power spectrum of 1 / f^beta along time (Timmer & Koenig 1995), the sampling of iCEM (Pinneri et
 * al. 2020): beta 0 is white; at 2 to 4 a sequence keeps its direction for several steps, as pushing needs.
 */
import type { Random } from '../spec/random.ts';

/** Draws one sequence into `out`, at `offset`, every `stride` entries. */
export type NoiseSource = (random: Random, out: Float32Array, offset?: number, stride?: number) => void;

/**
 * A source of sequences of `length` steps with mean 0 and a standard deviation of exactly 1 at every step.
 *
 * A sequence is a sum of cosines and sines of the frequencies 0, 1/T .. 1/2, with normal weights; horizons are
 * short, so the direct sum costs less than an FFT. The constant gets the power of the lowest frequency.
 */
export function colouredNoise(length: number, beta: number): NoiseSource {
  const basis = spectralBasis(length, beta);
  const normals = new Float64Array(basis.length);
  return (random, out, offset = 0, stride = 1) => {
    for (let k = 0; k < basis.length; k++) normals[k] = random.normal();
    for (let t = 0; t < length; t++) {
      let sum = 0;
      for (let k = 0; k < basis.length; k++) sum += normals[k] * basis[k][t];
      out[offset + t * stride] = sum;
    }
  };
}

/** The waves a sequence is made of, scaled so that their squares sum to 1 at every step. */
function spectralBasis(length: number, beta: number): Float64Array[] {
  const waves: Float64Array[] = [];
  let power = 0;
  const add = (amplitude: number, wave: (t: number) => number): void => {
    waves.push(Float64Array.from({ length }, (_, t) => amplitude * wave(t)));
  };
  for (let k = 0; k <= Math.floor(length / 2); k++) {
    const amplitude = Math.pow(Math.max(k, 1) / length, -beta / 2);
    // The constant and the Nyquist frequency have one wave (the sine is zero) and half the power of the others.
    const single = k === 0 || 2 * k === length;
    power += single ? amplitude ** 2 / 2 : amplitude ** 2;
    const scale = single ? amplitude / Math.SQRT2 : amplitude;
    add(scale, (t) => Math.cos((2 * Math.PI * k * t) / length));
    if (!single) add(scale, (t) => Math.sin((2 * Math.PI * k * t) / length));
  }
  const std = Math.sqrt(power);
  return waves.map((wave) => wave.map((value) => value / std));
}
