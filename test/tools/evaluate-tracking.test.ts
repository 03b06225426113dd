import { expect, test } from 'vitest';
import { summariseTracking, type TrackingResult } from '../../src/evaluation/tracking-result.ts';
import { trackingTable } from '../../tools/evaluate-tracking.ts';
import { foresightJson } from './run-foresight.ts';

test('the tracking table says what was measured, and of nothing claims nothing', () => {
  const step = { errorPx: 2, errorCm: 0.6, angleErrorDeg: 10, confidence: 0.9, lost: false, hidden: 0 };
  const steps = [step, { ...step, errorPx: 6, errorCm: 2 }];
  const task = { index: 0, shape: 'box', objects: 2, movedCm: 4, turnedDeg: 30, steps, updateMs: [4, 6] };
  const lines = trackingTable(summariseTracking('registration', 7, [task])).split('\n');
  expect(lines[0]).toBe('tracking: 1 tasks of seed 7');
  expect(lines[2].split(/ {2,}/)).toEqual(['px', '4.00', '4.00', '5.80', '2']);
  expect(lines[3].split(/ {2,}/)).toEqual(['px, more than half hidden by the arm', '-', '-', '-', '0']);
  expect(lines[7]).toBe('more than 1 cm off: 1 steps, 1 of them with confidence 0.5 or more');
});

test('foresight evaluate --suite tracking follows one task without a model', async () => {
  const words = 'evaluate --suite tracking --model none --episodes 1 --first 3 --seed 1000 --json'.split(' ');
  const { tasks, px, seed } = (await foresightJson(words)) as TrackingResult;
  expect({ seed, steps: px.steps, indices: tasks.map(({ index }) => index) }).toEqual({
    seed: 1000,
    steps: 25,
    indices: [3],
  });
  expect(px.mean).toBeLessThan(1.5);
});
