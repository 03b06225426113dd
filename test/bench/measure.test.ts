import { expect, test } from 'vitest';
import { duration, durations, rate } from '../../src/bench/measure.ts';

test('work is done once to warm up, then as often as asked, and each time is timed', async () => {
  let runs = 0;
  const measured = await durations(3, async () => {
    runs++;
  });
  expect(runs).toBe(4);
  expect(measured).toHaveLength(3);
  expect(measured.every((ms) => ms >= 0)).toBe(true);
});

test('a duration is its median and its 95th percentile, ms', () => {
  const measurement = duration('plan', [10, 20, 30, 40, 50]);
  expect(measurement).toEqual({ what: 'plan', unit: 'ms', median: 30, p95: 48, repeats: 5 });
});

test('a rate is so many a second; its p95 is the slow end', () => {
  // 5 frames in 10, 20 and 30 ms: 500, 250 and 167 a second.
  const { unit, median, p95 } = rate('camera', 'frames', 5, [10, 20, 30]);
  expect(unit).toBe('frames/s');
  expect(median).toBe(250);
  expect(p95).toBeCloseTo(5000 / 29, 9);
});
