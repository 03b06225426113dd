/**
 * A real table without hardware: the simulated world lives by the wall clock, its camera is a stream that ffmpeg reads, and
 * its arm is a `Robot` like any other. Whoever opens it as a table sees nothing of the simulator.
 */
import { inRealTime } from '../../src/rig/real-time.ts';
import { openSimRig, simRig, type SimRig } from '../../src/rig/sim-rig.ts';
import type { OpenArm } from '../../src/robot/arm-setup.ts';
import type { FrameSize } from '../../src/spec/frame.ts';
import { parseRig, type Rig } from '../../src/spec/rig.ts';
import { serveCamera, type StreamCamera } from './stream-camera.ts';

export interface EmulatedTableOptions {
  readonly seed: number;
  /** Pictures a second. */
  readonly hz?: number;
  /** Of the pictures that the camera sends; the rig's frames are the simulator's. */
  readonly size?: FrameSize;
  readonly delayMs?: number;
}

export interface EmulatedTable {
  /** What a rig file would say of it. */
  readonly rig: Rig;
  readonly camera: StreamCamera;
  readonly openArm: OpenArm;
  /** Behind the scenes, to see what became of things. */
  readonly sim: SimRig;
  close(): Promise<void>;
}

export async function openEmulatedTable(options: EmulatedTableOptions): Promise<EmulatedTable> {
  const { seed, hz = 15, delayMs = 0 } = options;
  const sim = await openSimRig({ seed });
  const size = options.size ?? sim.rig.frame;
  const live = inRealTime(sim, { hz: 50 });
  const camera = await serveCamera({ draw: () => sim.world().render(size), hz, delayMs });
  const rig = parseRig(
    {
      ...simRig(),
      name: 'emulated-table',
      robot: 'emulated-arm',
      camera: 'ffmpeg-camera',
      video: { input: camera.url },
    },
    'the emulated table',
  );
  return {
    rig,
    camera,
    openArm: async () => live.robot,
    sim,
    async close() {
      await camera.close();
      await live.close();
    },
  };
}
