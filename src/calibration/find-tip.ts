/**
 * Where the camera sees the gripper's tip, without knowing the camera. The arm has been photographed in many poses: what
 * differs from what most other pictures show at the same place is the arm. Its tip is the end of it in one direction, the
 * same in all pictures; which direction that is, the camera's geometry tells: only the tip's pixels fit its places.
 */
import type { Vector3 } from '../spec/action.ts';
import type { Frame, FrameSize } from '../spec/frame.ts';
import { armMask } from '../spec/arm-mask.ts';
import type { ArmChain } from '../spec/kinematics.ts';
import type { Pixel } from '../spec/pixel.ts';
import { project, type Projection } from '../spec/projection.ts';
import { silhouettesOf, type Silhouette } from './silhouette.ts';
import { solveProjection, type SolvedProjection } from './solve-projection.ts';

/** The arm in one pose, at rest. */
export interface Pose {
  readonly frame: Frame;
  readonly jointsRad: readonly number[];
  /** Where kinematics has the gripper's tip, metres in the table's frame. */
  readonly tip: Vector3;
}

/** Directions that are tried. */
const DIRECTIONS = 16;
/** The end of a silhouette is the middle of its outermost pixels, within this, pixels. */
const END_PX = 1.5;
/** The tip is looked for within so many of its radii of where the matrix has it. */
const SEARCH_RADII = 2;
/** So much wider than the arm the arm's mask is drawn, pixels: see `spec/arm-mask.ts`. */
const MASK_MARGIN_PX = 0.6;

/**
 * Pixels of the tips, and the camera that they give. Throws a ForesightError when they give none.
 *
 * @param given pixels that a person has pointed at, by the pose's index
 */
export function findTips(
  poses: readonly Pose[],
  arm: ArmChain,
  given: ReadonlyMap<number, Pixel> = new Map(),
): { pixels: Pixel[]; solved: SolvedProjection } {
  const { frame } = poses[0];
  const silhouettes = silhouettesOf(poses.map((pose) => pose.frame));
  const solve = (pixels: readonly Pixel[]): SolvedProjection =>
    solveProjection(
      poses.map(({ tip }, i) => ({ place: tip, pixel: pixels[i] })),
      frame,
    );
  let best: { pixels: Pixel[]; solved: SolvedProjection } | null = null;
  for (let k = 0; k < DIRECTIONS; k++) {
    const angle = (2 * Math.PI * k) / DIRECTIONS;
    const pixels = silhouettes.map((silhouette, i) => given.get(i) ?? endOf(silhouette, frame, angle));
    const solved = solve(pixels);
    if (best === null || misfit(solved) < misfit(best.solved)) best = { pixels, solved };
  }
  let { pixels, solved } = best!;
  // The end of the silhouette lies a finger's radius beyond the tip: now its drawn shape is laid over it.
  for (let round = 0; round < 3; round++) {
    const { projection } = solved;
    pixels = poses.map((pose, i) => given.get(i) ?? alignedTip(pose, arm, projection, silhouettes[i]));
    solved = solve(pixels);
  }
  return { pixels, solved };
}

/** Wrong ones count against a direction even though they do not count in its fit. */
function misfit({ rmsPx, outliers, residualsPx }: SolvedProjection): number {
  const allPx = Math.sqrt(residualsPx.reduce((sum, px) => sum + px * px, 0) / residualsPx.length);
  return rmsPx + (outliers.length / residualsPx.length) * allPx;
}

/** The middle of the outermost pixels in the direction `angle`: 0 is to the right, a quarter turn is down. */
function endOf(silhouette: Silhouette, { width }: FrameSize, angle: number): Pixel {
  const [dCol, dRow] = [Math.cos(angle), Math.sin(angle)];
  const along = (at: number): number => (at % width) * dCol + Math.floor(at / width) * dRow;
  let farthest = -Infinity;
  silhouette.forEach((is, at) => {
    if (is === 1) farthest = Math.max(farthest, along(at));
  });
  let [row, col, count] = [0, 0, 0];
  silhouette.forEach((is, at) => {
    if (is === 0 || along(at) < farthest - END_PX) return;
    row += Math.floor(at / width);
    col += at % width;
    count++;
  });
  return count === 0 ? { row: 0, col: 0 } : { row: row / count, col: col / count };
}

/** Where the tip is when the arm as it would be drawn is shifted until it covers the silhouette best, around the tip. */
function alignedTip(
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
