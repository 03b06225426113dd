import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GoalStream } from '../../src/robot/goal-stream.ts';

describe('GoalStream', () => {
  let written: number[];
  let stalls: number[];
  let errors: unknown[];
  let write: () => Promise<void>;
  let stream: GoalStream;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    written = [];
    stalls = [];
    errors = [];
    write = async () => {};
    stream = new GoalStream({
      tickMs: 20,
      watchdogMs: 300,
      maxSpeed: [5 + 1e-9], // a tenth a tick, and rounding
      write: async ([goal]) => {
        written.push(Math.round(1e6 * goal) / 1e6);
        await write();
      },
      onStall: (gapMs) => stalls.push(gapMs),
      onError: (error) => errors.push(error),
    });
    stream.startFrom([0]);
  });
  afterEach(() => vi.useRealTimers());

  const line = (fraction: number): number[] => [fraction];
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  it('goes to the end in even pieces, and writes the end three times', async () => {
    stream.follow(line, 0.2);
    expect(stream.isMoving).toBe(true);
    await pass(1000);
    expect(written).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1, 1]);
    expect(stream.isMoving).toBe(false);
  });

  it('is never faster than the step limit: it takes longer', async () => {
    stream.follow(line, 0.05);
    await pass(1000);
    expect(written).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1, 1]);
  });

  it('goes on from where it is when the motion changes', async () => {
    stream.follow(line, 0.2);
    await pass(45);
    stream.follow((fraction) => [0.3 - 0.3 * fraction], 0.06);
    await pass(1000);
    expect(written).toEqual([0.1, 0.2, 0.3, 0.2, 0.1, 0, 0, 0]);
  });

  it('stops at once', async () => {
    stream.follow(line, 0.2);
    await pass(45);
    stream.stop();
    await pass(1000);
    expect(written).toEqual([0.1, 0.2, 0.3]);
    expect(stream.goal[0]).toBeCloseTo(0.3, 9);
  });

  it('does not make up by a leap for what it missed', async () => {
    write = async () => {
      if (written.length === 3) await new Promise((resolve) => setTimeout(resolve, 200));
    };
    stream.follow(line, 0.2);
    await pass(1000);
    expect(written).toEqual([0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1, 1]);
    expect(stalls).toEqual([]);
  });

  it('ends the motion when no goal was written for too long', async () => {
    write = async () => {
      if (written.length === 3) await new Promise((resolve) => setTimeout(resolve, 1000));
    };
    stream.follow(line, 0.2);
    await pass(2000);
    expect(written).toEqual([0.1, 0.2, 0.3]);
    expect(stalls).toHaveLength(1);
    expect(stalls[0]).toBeGreaterThanOrEqual(1000);
    expect(stream.isMoving).toBe(false);
  });

  it('ends the motion when a goal cannot be written', async () => {
    const gone = new Error('unplugged');
    write = async () => {
      if (written.length === 2) throw gone;
    };
    stream.follow(line, 0.2);
    await pass(1000);
    expect(written).toEqual([0.1, 0.2]);
    expect(errors).toEqual([gone]);
    write = async () => {};
    stream.follow(line, 0.2); // and may begin another
    await pass(20);
    expect(written).toHaveLength(4);
  });
});
