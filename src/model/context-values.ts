/** One observation as a compiled network is given it: `Context` for a batch of one. */
import { float32, type Specs, type Value } from '../compute/compute.ts';
import { armMask } from '../spec/arm-mask.ts';
import type { Frame, FrameSize } from '../spec/frame.ts';
import type { Rig } from '../spec/rig.ts';
import { cameraMatrix } from './camera-matrix.ts';

/** What the values of an observation look like, all but `mirror`, for frames of this size. */
export function contextSpecs({ height, width }: FrameSize): Specs {
  return {
    frame: float32(1, height, width, 3),
    armMask: float32(1, height, width, 1),
    plate: float32(1, height, width, 3),
    behind: float32(1, height, width, 3),
    tip: float32(1, 3),
    camera: float32(1, 12),
  };
}

/** A frame as [1, h, w, 3] in 0..1. */
export function frameValue({ height, width, data }: Frame): Value {
  return { shape: [1, height, width, 3], data: Float32Array.from(data, (x) => x / 255) };
}

/** How much of each pixel of such frames the arm covers, [1, h, w, 1]. */
export function armMaskValue(rig: Rig, jointsRad: readonly number[], size: FrameSize): Value {
  const { height, width } = size;
  return { shape: [1, height, width, 1], data: armMask(rig.arm, rig.projection, jointsRad, size).data };
}

/** From where such frames are seen, [1, 12]. */
export function cameraValue(rig: Rig, size: FrameSize): Value {
  return { shape: [1, 12], data: cameraMatrix(rig, size) };
}
