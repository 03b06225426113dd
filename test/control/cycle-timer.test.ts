import { afterEach, expect, it, vi } from 'vitest';
import { CycleTimer } from '../../src/control/cycle-timer.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('keeps the time of each section by name and hands results through', async () => {
  let nowMs = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const passing = <T>(ms: number, result: T): T => {
    nowMs += ms;
    return result;
  };
  const timer = new CycleTimer(100);
  expect(await timer.section('plan', () => passing(3, 7))).toBe(7);
  const later = async () => passing(5, await Promise.resolve('later'));
  expect(await timer.section('plan', later)).toBe('later');
  passing(50, 'between sections');
  await timer.section('observe', () => passing(2, undefined));
  expect(timer.report().sections).toEqual({ plan: [3, 5], observe: [2] });
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
