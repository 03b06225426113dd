/** The few statistics that a success table is made of. */
import { ensure } from '../spec/errors.ts';

/** A proportion and the interval that holds the true one with 95% confidence, all in 0..1. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** The normal distribution's 97.5% quantile. */
const Z_95 = 1.959963984540054;

/**
 * A success rate with its Wilson score interval (Wilson 1927), which stays honest for few trials and for rates
 * near 0 and 1. No trials: rate NaN, interval 0..1.
 */
export function proportion(successes: number, trials: number): Proportion {
  ensure(
    Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && successes <= trials,
    `proportion: expected whole counts with successes within trials, got ${successes} of ${trials}`,
  );
  if (trials === 0) return { successes, trials, rate: NaN, low: 0, high: 1 };
  const rate = successes / trials;
  const z2 = Z_95 ** 2;
  const centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    (Z_95 / (1 + z2 / trials)) * Math.sqrt((rate * (1 - rate)) / trials + z2 / (4 * trials * trials));
  return { successes, trials, rate, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** The arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle value, or the mean of the middle two; NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that 95% of the values do not exceed; NaN of nothing. */
export function p95(values: readonly number[]): number {
  return quantile(values, 0.95);
}

/** The q-quantile with linear interpolation between order statistics (type 7 of Hyndman & Fan 1996). */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.ceil(at);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
