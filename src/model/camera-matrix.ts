import type { FrameSize } from '../spec/frame.ts';
import { rescaleProjection } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';

/** The camera's matrix for the predictor's frames, 12 numbers, from the rig: `Context.camera` of one observation. */
export function cameraMatrix(rig: Rig, frame: FrameSize): Float32Array {
  return Float32Array.from(rescaleProjection(rig.projection, frame).matrix);
}
