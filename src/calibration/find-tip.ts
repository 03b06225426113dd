/**
 * Where the camera sees the gripper's tip, without knowing the camera. The arm has been photographed in many poses: what
 * differs from what most other pictures show at the same place is the arm. Its tip is the end of it in one direction, the
 * same in all pictures; which direction that is, the camera's geometry tells: only the tip's pixels fit its places.
 */
import type { FrameSize } from '../spec/frame.ts';
import type { ArmChain } from '../spec/kinematics.ts';
import type { Pixel } from '../spec/pixel.ts';
import { alignedTip, type Pose } from './align-tip.ts';
import { silhouettesOf, type Silhouette } from './silhouette.ts';
import { solveProjection, type SolvedProjection } from './solve-projection.ts';

/** Directions that are tried. */
const DIRECTIONS = 16;
/** The end of a silhouette is the middle of its outermost pixels, within this, pixels. */
const END_PX = 1.5;

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
