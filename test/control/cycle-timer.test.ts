import { expect, it } from 'vitest';
import { CycleTimer } from '../../src/control/cycle-timer.ts';

it('keeps the time of each section by name and hands results through', async () => {
  const timer = new CycleTimer(100);
  expect(await timer.section('plan', () => 7)).toBe(7);
  expect(await timer.section('plan', async () => Promise.resolve('later'))).toBe('later');
  await timer.section('observe', () => undefined);
  const { sections } = timer.report();
  expect(Object.keys(sections)).toEqual(['plan', 'observe']);
  expect(sections.plan).toHaveLength(2);
  for (const ms of [...sections.plan, ...sections.observe]) expect(ms).toBeGreaterThanOrEqual(0);
});

it('times a section that fails, and lets its error through', async () => {
  const timer = new CycleTimer(100);
  const failing = timer.section('send', () => Promise.reject(new Error('bus')));
  await expect(failing).rejects.toThrow('bus');
  expect(timer.report().sections.send).toHaveLength(1);
});

it('counts cycles, and those that took longer than the deadline', () => {
  const timer = new CycleTimer(100);
  const inTime = [20, 100, 100.5, 300, 1].map((ms) => timer.endCycle(ms).inTime);
  expect(inTime).toEqual([true, true, false, false, true]);
  expect(timer.report()).toEqual({ sections: {}, cycles: 5, missedDeadlines: 2 });
});

it('says of each cycle where its time went', async () => {
  const timer = new CycleTimer(100);
  await timer.section('plan', () => undefined);
  await timer.section('plan', () => undefined);
  await timer.section('track', () => undefined);
  expect(Object.keys(timer.endCycle(10).sections)).toEqual(['plan', 'track']);
  await timer.section('send', () => undefined);
  expect(Object.keys(timer.endCycle(10).sections)).toEqual(['send']);
});

it('says what there is still time for', () => {
  const timer = new CycleTimer(10_000);
  timer.startCycle();
  expect(timer.hasTimeFor(5000)).toBe(true);
  expect(timer.hasTimeFor(10_001)).toBe(false);
  expect(new CycleTimer(0, true).hasTimeFor(10_001)).toBe(true);
});
