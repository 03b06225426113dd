/** The arm as it would be drawn, laid over its silhouette: where its tip then is, to a fraction of a pixel. */
import type { Vector3 } from '../spec/action.ts';
import { armMask } from '../spec/arm-mask.ts';
import type { Frame, FrameSize } from '../spec/frame.ts';
import type { ArmChain } from '../spec/kinematics.ts';
import type { Pixel } from '../spec/pixel.ts';
import { project, type Projection } from '../spec/projection.ts';
import type { Silhouette } from './silhouette.ts';

/** The arm in one pose, at rest. */
export interface Pose {
  readonly frame: Frame;
  readonly jointsRad: readonly number[];
  /** Where kinematics has the gripper's tip, metres in the table's frame. */
  readonly tip: Vector3;
}

/** The tip is looked for within so many of its radii of where the matrix has it. */
const SEARCH_RADII = 2;
/** So much wider than the arm the arm's mask is drawn, pixels: see `spec/arm-mask.ts`. */
const MASK_MARGIN_PX = 0.6;

/** Where the tip is when the arm as it would be drawn is shifted until it covers the silhouette best, around the tip. */
export function alignedTip(
  { jointsRad, tip, frame }: Pose,
  arm: ArmChain,
  projection: Projection,
  silhouette: Silhouette,
): Pixel {
  const expected = project(projection, tip);
  const radiusPx = tipRadiusPx(arm, projection, tip);
  const drawn = armMask(thinner(arm, MASK_MARGIN_PX / radiusPx), projection, jointsRad, frame);
  const reach = Math.max(3, SEARCH_RADII * radiusPx);
  const cost = (dRow: number, dCol: number): number => {
    let sum = 0;
    for (let row = Math.round(expected.row - 2 * reach); row <= expected.row + 2 * reach; row++) {
      for (let col = Math.round(expected.col - 2 * reach); col <= expected.col + 2 * reach; col++) {
        if (row < 0 || col < 0 || row >= frame.height || col >= frame.width) continue;
        sum +=
          (between(drawn.data, frame, row - dRow, col - dCol) - silhouette[row * frame.width + col]) ** 2;
      }
    }
    return sum;
  };
  let best = { dRow: 0, dCol: 0, cost: cost(0, 0) };
  for (let step = reach / 2; step > 0.05; step /= 2) {
    const { dRow, dCol } = best;
    for (const r of [-1, 0, 1]) {
      for (const c of [-1, 0, 1]) {
        const tried = { dRow: dRow + r * step, dCol: dCol + c * step };
        const costs = cost(tried.dRow, tried.dCol);
        if (costs < best.cost) best = { ...tried, cost: costs };
      }
    }
  }
  return { row: expected.row + best.dRow, col: expected.col + best.dCol };
}

/** The arm with `share` of its finger's radius taken off everywhere. */
function thinner(arm: ArmChain, share: number): ArmChain {
  const byM = share * fingerRadius(arm);
  return {
    ...arm,
    links: arm.links.map((link) => ({
      ...link,
      capsules: link.capsules.map((capsule) => ({ ...capsule, radius: capsule.radius - byM })),
    })),
  };
}

function fingerRadius(arm: ArmChain): number {
  return arm.links.at(-1)?.capsules.at(-1)?.radius ?? 0.01;
}

/** How large the end of the last link's finger looks, pixels. */
function tipRadiusPx(arm: ArmChain, projection: Projection, tip: Vector3): number {
  const radius = fingerRadius(arm);
  const here = project(projection, tip);
  const there = project(projection, [tip[0] + radius, tip[1], tip[2]]);
  return Math.hypot(there.row - here.row, there.col - here.col);
}

/** A mask between its pixels; 0 outside. */
function between(data: Float32Array, { height, width }: FrameSize, row: number, col: number): number {
  const [r, c] = [Math.floor(row), Math.floor(col)];
  if (r < 0 || c < 0 || r + 1 >= height || c + 1 >= width) return 0;
  const [a, b] = [row - r, col - c];
  const at = r * width + c;
  return (
    (1 - a) * ((1 - b) * data[at] + b * data[at + 1]) +
    a * ((1 - b) * data[at + width] + b * data[at + width + 1])
  );
}
