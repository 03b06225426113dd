import { describe, expect, it } from 'vitest';
import { countdown } from '../../src/robot/countdown.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a countdown', () => {
  it('calls once, when its time is up', async () => {
    const from = performance.now();
    let calls = 0;
    await new Promise<void>((resolve) => {
      countdown(40, () => {
        calls++;
        resolve();
      });
    });
    expect(performance.now() - from).toBeGreaterThan(35);
    await pause(30);
    expect(calls).toBe(1);
  });

  it('does not call once it is stopped', async () => {
    let calls = 0;
    const stop = countdown(20, () => calls++);
    stop();
    stop();
    await pause(40);
    expect(calls).toBe(0);
  });

  it('a busy process uses up a quarter of it, however long it is busy', async () => {
    const from = performance.now();
    let tookMs = 0;
    countdown(80, () => (tookMs = performance.now() - from));
    while (performance.now() - from < 200);
    await pause(10);
    expect(tookMs).toBe(0);
    while (tookMs === 0) await pause(5);
    expect(tookMs).toBeGreaterThan(200 + 60 - 5);
  });
});
