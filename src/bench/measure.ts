/** Timing: the same work several times, and what is said of the durations. */
import { p95, median } from '../evaluation/statistics.ts';

/** One figure of the report. */
export interface Measurement {
  readonly what: string;
  /** ms: lower is better; anything else is 'so many a second': higher is better. */
  readonly unit: 'ms' | `${string}/s`;
  readonly median: number;
  /** The value that 95% of the repeats do not exceed (ms), or reach at least (a second). */
  readonly p95: number;
  readonly repeats: number;
}

/** Runs `work` once to warm up, then `repeats` times, one after the other; wall-clock ms of each. */
export async function durations(repeats: number, work: () => void | Promise<void>): Promise<number[]> {
  const measured: number[] = [];
  for (let k = -1; k < repeats; k++) {
    const start = performance.now();
    await work();
    if (k >= 0) measured.push(performance.now() - start);
  }
  return measured;
}

/** Two kinds of work in turn (A, B, A, B, ...), so that whatever else the machine does meets both; warmed up first. */
export async function durationsInTurn(
  repeats: number,
  works: readonly [() => Promise<void>, () => Promise<void>],
): Promise<[number[], number[]]> {
  const measured: [number[], number[]] = [[], []];
  for (let k = -1; k < repeats; k++) {
    for (const side of [0, 1] as const) {
      const start = performance.now();
      await works[side]();
      if (k >= 0) measured[side].push(performance.now() - start);
    }
  }
  return measured;
}

/** How long one takes. */
export function duration(what: string, durationsMs: readonly number[]): Measurement {
  return {
    what,
    unit: 'ms',
    median: median(durationsMs),
    p95: p95(durationsMs),
    repeats: durationsMs.length,
  };
}

/** How many of something a second, when each duration made `count` of them. */
export function rate(
  what: string,
  things: string,
  count: number,
  durationsMs: readonly number[],
): Measurement {
  const perSecond = (ms: number): number => (1000 * count) / ms;
  return {
    what,
    unit: `${things}/s`,
    median: perSecond(median(durationsMs)),
    p95: perSecond(p95(durationsMs)),
    repeats: durationsMs.length,
  };
}
