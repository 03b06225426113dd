import { describe, expect, test } from 'vitest';
import type { StepDiagnosis } from '../../src/evaluation/diagnosis.ts';
import type { EpisodeResult } from '../../src/evaluation/evaluate.ts';
import { describe as describeWhy } from '../../tools/why.ts';
import { foresight } from './run-foresight.ts';

const step = (index: number, failed: StepDiagnosis['failed']): StepDiagnosis => ({
  index,
  distanceCm: 8 - index,
  trackingCm: 0.1,
  predictionCm: failed === 'prediction' ? 3.4 : 0.5,
  planningCm: null,
  failed,
});

const end = (what: string, finalCm: number) => {
  const result: EpisodeResult = {
    index: 3,
    success: finalCm <= 2.5,
    startCm: 8,
    finalCm,
    closestCm: finalCm,
    finalPx: 3,
    steps: 20,
    trackingPx: null,
    planMs: [],
    missedDeadlines: 0,
  };
  return { what, result };
};

describe('what foresight why says', () => {
  test('names the first step that failed, and the truth that would have helped', () => {
    const text = describeWhy(
      [step(0, null), step(1, 'prediction'), step(2, 'tracking')],
      [end('as it was', 6), end('true tracking', 5), end('true prediction', 1)],
    );
    expect(text).toContain('first to fail: prediction, in step 2; solved with true prediction');
    const rows = text.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(rows[1]).toEqual(['1', '8.0', '0.1', '0.5', '-']);
    expect(rows[2]).toEqual(['2', '7.0', '0.1', '3.4', '-', 'prediction']);
    expect(rows).toContainEqual(['true prediction', 'solved', '1.0', '20']);
  });

  test('says so when nothing helps, and when nothing was wrong', () => {
    const hopeless = describeWhy([step(0, null)], [end('as it was', 6), end('both true', 5)]);
    expect(hopeless).toContain('good at every step; missed with every truth in place');
    expect(describeWhy([step(0, null)], [end('as it was', 1)])).toContain('the task was solved');
  });
});

test('foresight why wants to know which task', async () => {
  const { code, stderr } = await foresight(['why', 'seventeen']);
  expect(code).toBe(2);
  expect(stderr).toContain('expected SUITE/INDEX such as push/17');
});
