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
/** So many of them are looked at closely. */
const REFINED = 6;
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
  const tried = Array.from({ length: DIRECTIONS }, (_, k) => {
    const angle = (2 * Math.PI * k) / DIRECTIONS;
    const ends = silhouettes.map((silhouette, i) => given.get(i) ?? endOf(silhouette, frame, angle));
    return solve(ends);
  }).sort((a, b) => misfit(a) - misfit(b));
  // The end of the silhouette lies a finger's radius beyond the tip: now its drawn shape is laid over it. The arm's other
  // end may fit as well as its tip does until then, when something else is part of a silhouette.
  const refined = tried.slice(0, REFINED).map((first) => {
    let [pixels, solved]: [Pixel[], SolvedProjection] = [[], first];
    for (let round = 0; round < 3; round++) {
      const { projection } = solved;
      pixels = poses.map((pose, i) => given.get(i) ?? alignedTip(pose, arm, projection, silhouettes[i]));
      solved = solve(pixels);
    }
    return { pixels, solved };
  });
  return refined.reduce((best, one) => (misfit(one.solved) < misfit(best.solved) ? one : best));
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
