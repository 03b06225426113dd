/** Cameras by the name a rig gives them. A new camera is its file, one line here and one contract suite run. */
import { openFfmpegCamera } from './ffmpeg-camera.ts';
import { createSimCamera } from './sim-camera.ts';

export const cameras = {
  'sim-camera': createSimCamera,
  'ffmpeg-camera': openFfmpegCamera,
} as const;
