/** A real table as a studio has it: its camera's pictures as they come. What lies on it is moved by hand. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveRig } from '../rig/live-rig.ts';
import type { Frame } from '../spec/frame.ts';
import type { StudioRig } from './studio.ts';

const FRAME_TIMEOUT_MS = 2000;
/** A camera that is gone is asked again this often, ms. */
const AGAIN_MS = 500;

export interface RealTableOptions {
  /** Called for every picture. */
  readonly onPicture: (draw: () => Frame) => void;
}

export function realTable(live: LiveRig, { onPicture }: RealTableOptions): StudioRig {
  let closed = false;
  const watch = async (): Promise<void> => {
    while (!closed) {
      try {
        const { frame } = await live.camera.next(FRAME_TIMEOUT_MS);
        onPicture(() => frame);
      } catch {
        // Whoever pushes is told by the loop; here the picture stands still until the camera is back.
        await sleep(AGAIN_MS);
      }
    }
  };
  void watch();
  return {
    live: {
      ...live,
      async close() {
        closed = true;
        await live.close();
      },
    },
  };
}
