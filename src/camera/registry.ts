/** Cameras by the name a rig gives them. A new camera is its file, one line here and one contract suite run. */
import { createSimCamera } from './sim-camera.ts';

export const cameras = {
  'sim-camera': createSimCamera,
} as const;
