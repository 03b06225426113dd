/** The simulated table as a studio has it: by the wall clock, with a picture at the camera's rate, and things to be dragged. */
import type { SimRig } from '../rig/sim-rig.ts';
import { inRealTime } from '../rig/real-time.ts';
import type { Frame, FrameSize } from '../spec/frame.ts';
import { unproject } from '../spec/projection.ts';
import type { StudioRig } from './studio.ts';

export interface SimTableOptions {
  /** Pictures a second. */
  readonly hz: number;
  /** Size of the pictures for people. */
  readonly size: FrameSize;
  /** Called for every picture; draws it only when it is wanted. */
  readonly onPicture: (draw: () => Frame) => void;
}

export function simTable(sim: SimRig, { hz, size, onPicture }: SimTableOptions): StudioRig {
  const { projection, frame, workspace } = sim.rig;
  const live = inRealTime(sim, { hz, onTick: () => onPicture(() => sim.world().renderQuickly(size)) });
  return {
    live,
    drag(from, to) {
      const world = sim.world();
      const held = world.pointUnder(from, frame);
      if (held === null) return false;
      const height = world.bodyPoint(held.object, held.point)[2];
      const [x, y] = unproject(projection, from, height);
      const [toX, toY] = unproject(projection, to, height);
      const { low, high } = workspace;
      const inside = (value: number, d: number): number => Math.max(low[d], Math.min(high[d], value));
      world.moveObject(held.object, { dx: inside(toX, 0) - x, dy: inside(toY, 1) - y, turnRad: 0 });
      return true;
    },
  };
}
