/** Where the simulated camera stands and looks: rays for the ray-caster, a `Projection` for everyone else. */
import type { Vector3 } from '../spec/action.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Projection } from '../spec/projection.ts';

export interface Viewpoint {
  /** The eye, metres in the table's frame. */
  readonly eye: Vector3;
  /** Unit vectors of the picture: to the right, up, and into the scene. */
  readonly right: Vector3;
  readonly up: Vector3;
  readonly forward: Vector3;
  /** Tangent of half the angle of view from top to bottom. */
  readonly halfHeightTangent: number;
}

/** A camera at `eye` that looks at `target`, its picture upright, `heightRad` of view from top to bottom. */
export function lookAt(eye: Vector3, target: Vector3, heightRad: number): Viewpoint {
  const forward = unit([target[0] - eye[0], target[1] - eye[1], target[2] - eye[2]]);
  const right = unit(cross(forward, [0, 0, 1]));
  return { eye, forward, right, up: cross(right, forward), halfHeightTangent: Math.tan(heightRad / 2) };
}

/** The tabletop camera: in front of the table and above, the arm's base at the top of the picture. */
export const TABLETOP_VIEW: Viewpoint = lookAt([0, -0.32, 0.68], [0, -0.016, 0], (30.5 * Math.PI) / 180);

/** Focal length in pixels of a frame of this size. */
export function focalLengthPx(view: Viewpoint, size: FrameSize): number {
  return size.height / (2 * view.halfHeightTangent);
}

/** The camera as a 3x4 matrix for frames of `size`. */
export function viewpointProjection(view: Viewpoint, size: FrameSize): Projection {
  const focal = focalLengthPx(view, size);
  const row = (axis: Vector3, scale: number, centre: number): number[] => {
    const r = axis.map((v, k) => scale * v + centre * view.forward[k]);
    return [...r, -(r[0] * view.eye[0] + r[1] * view.eye[1] + r[2] * view.eye[2])];
  };
  return {
    size,
    matrix: [
      ...row(view.right, focal, (size.width - 1) / 2),
      ...row(view.up, -focal, (size.height - 1) / 2),
      ...row([0, 0, 0], 0, 1),
    ],
  };
}

/** The direction in which the camera sees a pixel; one unit of it is one metre along `forward`. */
export function pixelRay(view: Viewpoint, size: FrameSize, row: number, col: number): Vector3 {
  const focal = focalLengthPx(view, size);
  const a = (col - (size.width - 1) / 2) / focal;
  const b = ((size.height - 1) / 2 - row) / focal;
  return [0, 1, 2].map((k) => view.forward[k] + a * view.right[k] + b * view.up[k]) as unknown as Vector3;
}

function unit(v: Vector3): Vector3 {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
