/**
 * A simulated rig that lives by the wall clock, for someone who watches: time passes whether anyone asks for it or not, a
 * late controller finds the arm at rest, and whoever draws is called at the camera's rate.
 */
import type { LiveRig } from './live-rig.ts';
import type { SimRig } from './sim-rig.ts';

/** After a longer stall than this, seconds, the world goes on from where it was: nobody wants to see it catch up. */
const LONGEST_STALL_S = 0.25;

export interface RealTimeOptions {
  /** How often time passes, and `onTick` is called, at most, per second. */
  readonly hz: number;
  /** The world has just moved on. */
  readonly onTick?: () => void;
}

/** The same rig; `close` also stops the time. */
export function inRealTime(sim: SimRig, { hz, onTick }: RealTimeOptions): LiveRig {
  const stepS = 1 / sim.rig.controlHz;
  const timestepS = sim.world().timestepS();
  let livedS = 0;
  let wallMs = performance.now();
  /** Until when the motion under way lasts, and who waits for it. */
  let endS = 0;
  let waiting: (() => void)[] = [];

  const tick = (): void => {
    const now = performance.now();
    const passedS = (now - wallMs) / 1000;
    // Whole physics steps; the rest of the time is for the next tick.
    const steps = Math.floor(Math.min(passedS, LONGEST_STALL_S) / timestepS);
    if (steps === 0) return;
    wallMs = passedS > LONGEST_STALL_S ? now : wallMs + 1000 * steps * timestepS;
    sim.advance(steps * timestepS);
    livedS += steps * timestepS;
    if (livedS >= endS) {
      for (const resolve of waiting) resolve();
      waiting = [];
    }
    onTick?.();
  };
  const timer = setInterval(tick, 1000 / hz);

  return {
    ...sim,
    robot: {
      ...sim.robot,
      async send(action) {
        const sent = await sim.robot.send(action);
        endS = livedS + stepS;
        return sent;
      },
    },
    clock: {
      endOfStep: () =>
        new Promise((resolve) => {
          if (livedS >= endS) resolve();
          else waiting.push(resolve);
        }),
      nowMs: () => 1000 * livedS,
    },
    async close() {
      clearInterval(timer);
      await sim.close();
    },
  };
}
