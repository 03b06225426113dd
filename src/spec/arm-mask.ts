/**
 * Where the arm hides the table: the arm's capsules, placed by its kinematics and seen through the camera's
 * projection. On a real table the same two come from calibration.
 */
import type { FrameSize, Mask } from './frame.ts';
import { armCapsules, type ArmChain } from './kinematics.ts';
import { project, rescaleProjection, type Projection } from './projection.ts';
import type { Vector3 } from './action.ts';

/** How far the mask reaches beyond the arm's outline, pixels of the mask: covers blur and small errors. */
const MARGIN_PX = 0.6;

/**
 * How much of each pixel the arm covers, [h, w] in 0..1, soft by about a pixel at the outline. A capsule is
 * drawn as a segment whose half-width goes from its radius in pixels at one end to that at the other.
 *
 * @param jointsRad one angle a joint, radians
 */
export function armMask(
  arm: ArmChain,
  projection: Projection,
  jointsRad: ArrayLike<number>,
  size: FrameSize,
): Mask {
  const camera = rescaleProjection(projection, size);
  const data = new Float32Array(size.height * size.width);
  for (const capsule of armCapsules(arm, jointsRad)) {
    const from = disc(camera, capsule.from, capsule.radius);
    const to = disc(camera, capsule.to, capsule.radius);
    drawSegment(data, size, from, to);
  }
  return { ...size, data };
}

interface Disc {
  readonly row: number;
  readonly col: number;
  readonly radius: number;
}

/** A small sphere as the camera sees it. */
function disc(camera: Projection, centre: Vector3, radiusM: number): Disc {
  const { row, col } = project(camera, centre);
  const m = camera.matrix;
  const depth = m[8] * centre[0] + m[9] * centre[1] + m[10] * centre[2] + m[11];
  // The third row is the viewing direction times some factor, the first its width scale: their ratio is the
  // focal length in pixels for a camera without skew.
  const forward = Math.hypot(m[8], m[9], m[10]);
  const along = (m[0] * m[8] + m[1] * m[9] + m[2] * m[10]) / forward;
  const focal = Math.sqrt(Math.max(0, m[0] * m[0] + m[1] * m[1] + m[2] * m[2] - along * along));
  return { row, col, radius: (radiusM * focal) / depth };
}

function drawSegment(data: Float32Array, size: FrameSize, a: Disc, b: Disc): void {
  const reach = Math.max(a.radius, b.radius) + MARGIN_PX + 1;
  const top = Math.max(0, Math.floor(Math.min(a.row, b.row) - reach));
  const bottom = Math.min(size.height - 1, Math.ceil(Math.max(a.row, b.row) + reach));
  const left = Math.max(0, Math.floor(Math.min(a.col, b.col) - reach));
  const right = Math.min(size.width - 1, Math.ceil(Math.max(a.col, b.col) + reach));
  const dRow = b.row - a.row;
  const dCol = b.col - a.col;
  const lengthSquared = Math.max(dRow * dRow + dCol * dCol, 1e-9);
  for (let row = top; row <= bottom; row++) {
    for (let col = left; col <= right; col++) {
      const along = ((row - a.row) * dRow + (col - a.col) * dCol) / lengthSquared;
      const t = Math.max(0, Math.min(1, along));
      const distance = Math.hypot(row - a.row - t * dRow, col - a.col - t * dCol);
      const halfWidth = a.radius + t * (b.radius - a.radius) + MARGIN_PX;
      const covered = Math.max(0, Math.min(1, halfWidth - distance + 0.5));
      const at = row * size.width + col;
      if (covered > data[at]) data[at] = covered;
    }
  }
}
