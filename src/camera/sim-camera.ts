/** The simulated camera: a `Camera` that draws the tabletop world as it is at the moment it is asked. */
import { ForesightError } from '../spec/errors.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { World } from '../sim/world.ts';
import type { Camera, TimedFrame } from './camera.ts';

/**
 * A camera on whichever world is `current`. Simulated time stands still while a picture is taken, so every
 * frame is the newest there is.
 *
 * @param nowMs the rig's clock
 */
export function createSimCamera(current: () => World, size: FrameSize, nowMs: () => number): Camera {
  let closed = false;
  const take = async (): Promise<TimedFrame> => {
    if (closed) throw new ForesightError('sim-camera: the camera is closed', { next: 'open the rig again' });
    return { frame: current().render(size), timestampMs: nowMs() };
  };
  return {
    name: 'sim-camera',
    size,
    next: take,
    latest: take,
    async close() {
      closed = true;
    },
  };
}
