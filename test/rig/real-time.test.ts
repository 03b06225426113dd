import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveRig } from '../../src/rig/live-rig.ts';
import { inRealTime } from '../../src/rig/real-time.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import type { Vector3 } from '../../src/spec/action.ts';

const HZ = 25;
const SEED = 4;

describe('a simulated rig in real time', () => {
  let sim: SimRig;
  let live: LiveRig;
  let ticks = 0;
  beforeEach(async () => {
    sim = await openSimRig({ seed: SEED });
    vi.useFakeTimers();
    ticks = 0;
    live = inRealTime(sim, { hz: HZ, onTick: () => ticks++ });
  });
  afterEach(async () => {
    await live.close();
    vi.useRealTimers();
  });
  const tip = (): Vector3 => sim.world().tip();
  const far = (a: Vector3, b: Vector3): number => Math.hypot(...a.map((v, d) => v - b[d]));

  it('lets time pass by the wall clock, and calls whoever draws', () => {
    const before = sim.world().timeS();
    vi.advanceTimersByTime(2000);
    expect(sim.world().timeS() - before).toBeCloseTo(2, 1);
    expect(live.clock.nowMs()).toBeCloseTo(2000, -2);
    expect(ticks).toBeGreaterThan(1.9 * HZ);
    expect(ticks).toBeLessThanOrEqual(2 * HZ);
  });

  it('moves the arm bit by bit, to where the whole step at once would have taken it', async () => {
    await live.robot.arm();
    const start = tip();
    await live.robot.send([0, 0, 1]);
    vi.advanceTimersByTime(200);
    const halfway = tip();
    expect(halfway[2] - start[2]).toBeGreaterThan(0.008);
    expect(halfway[2] - start[2]).toBeLessThan(0.032);
    vi.advanceTimersByTime(400);
    const whole = await openSimRig({ seed: SEED });
    await whole.robot.arm();
    await whole.robot.send([0, 0, 1]);
    await whole.clock.endOfStep();
    expect(far(tip(), whole.world().tip())).toBeLessThan(0.001);
    await whole.close();
  });

  it('ends a control step when its time is over, and at once when it was over before', async () => {
    await live.robot.arm();
    await live.robot.send([0, 0, 0.2]);
    let ended = false;
    const end = live.clock.endOfStep().then(() => (ended = true));
    await vi.advanceTimersByTimeAsync(400);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(ended).toBe(true);
    await end;
    // Late: the arm rests already.
    await live.clock.endOfStep();
  });

  it('holds the arm where it is from one tick to the next', async () => {
    await live.robot.arm();
    await live.robot.send([0, 0, 1]);
    await vi.advanceTimersByTimeAsync(120);
    await live.robot.hold();
    const held = tip();
    await vi.advanceTimersByTimeAsync(1000);
    expect(far(tip(), held)).toBeLessThan(0.004);
  });

  it('does not catch up after a stall', () => {
    const before = sim.world().timeS();
    vi.setSystemTime(Date.now() + 60_000);
    const late = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => late() + 60_000);
    vi.advanceTimersByTime(100);
    expect(sim.world().timeS() - before).toBeLessThan(0.5);
    vi.restoreAllMocks();
  });
});
