/** Scales from numbers to places in a figure, and the ticks that go with them. */
import { ensure } from '../spec/errors.ts';

/** Where a value lies, in the figure's units. */
export type Scale = (value: number) => number;

type Interval = readonly [number, number];

export function linearScale([low, high]: Interval, [from, to]: Interval): Scale {
  ensure(high > low, `axis: expected a range, got ${low} to ${high}`);
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

/** Equal factors lie equally far apart. */
export function logScale([low, high]: Interval, range: Interval): Scale {
  ensure(low > 0, `logarithmic axis: expected values above 0, got ${low}`);
  const linear = linearScale([Math.log(low), Math.log(high)], range);
  return (value) => linear(Math.log(value));
}

/** Values from 0 to past `largest`, 3 to 7 of them, one of 1, 2 or 5 times a power of ten apart. */
export function linearTicks(largest: number): number[] {
  if (!(largest > 0)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(largest / 3));
  const step = [1, 2, 5, 10].map((k) => k * power).find((size) => largest / size <= 6) ?? 10 * power;
  const count = Math.ceil(largest / step - 1e-9);
  // Whole multiples, so that 3 * 0.1 prints as 0.3.
  return Array.from({ length: count + 1 }, (_, k) => Number((k * step).toPrecision(12)));
}

/** Minutes as an axis says them: 10 min, 1 h, 1.5 h. */
export function formatMinutes(minutes: number): string {
  if (minutes < 60) return `${Number(minutes.toPrecision(3))} min`;
  return `${Number((minutes / 60).toPrecision(3))} h`;
}
