/**
 * The search behind registration. A coarse grid finds the basin, a compass search (Kolda et al. 2003) its
 * bottom: uniformly coloured objects give gradients only at their outline, where Gauss-Newton from a few starts
 * does not converge.
 */
import type { TablePose } from './template.ts';

/** How well a template explains a frame at a pose. */
export interface Fit {
  readonly pose: TablePose;
  /** Mean robust mismatch in 0..1, the turning and moving penalties included: lower is better. */
  readonly cost: number;
}

/** Penalty a square metre of distance from where the object is expected, and a square radian of turning. */
const MOVE_PENALTY = 15;
const TURN_PENALTY = 0.02;
/** The same of turning otherwise than a model has predicted; without one, only how it lay last is known. */
const PREDICTED_TURN_PENALTY = 0.2;

/** The grid: how far an object may go, and turn, in one control step. */
const REACH_M = 0.045;
const GRID_M = 0.009;
/** An object out of sight may have gone farther with every frame; then the grid has at most this many points across. */
const MAX_REACH_M = 0.18;
const MAX_ACROSS = 21;
const TURNS_RAD = [0, -0.3, 0.3, -0.6, 0.6];
/** After so many frames out of sight it may lie at any angle: it was hit, or fell over. */
const ANY_TURN_AFTER = 2;
const ANY_TURN_RAD = Array.from({ length: 12 }, (_, k) => (k * Math.PI) / 6);
/** The refinement: how many starts, first step, last step. */
const STARTS = 4;
const FIRST_STEP = { m: 0.006, rad: 0.16 };
const LAST_STEP_M = 0.0004;
/** Starts nearer to each other than this, turned less apart than this, are neighbours: next to each other in the usual grid. */
const NEIGHBOURS = { m: 1.5 * GRID_M, rad: 0.45 };

/** The mismatch at a pose, 0..1, looked at coarsely (for the grid) and finely (for the refinement). */
export interface PoseCosts {
  readonly coarse: (pose: TablePose) => number;
  readonly fine: (pose: TablePose) => number;
}

/**
 * The best pose. The grid is laid around the first of `expected`, the last known pose; the others, where a model predicts
 * it, are single poses that the search may start from.
 *
 * @param unseen for how many frames nothing was found: the search widens with it
 */
export function searchPose(costs: PoseCosts, expected: readonly TablePose[], unseen: number): Fit {
  const prior = (pose: TablePose): number => penalty(pose, expected) / (1 + unseen) ** 2;
  const reachM = Math.min(MAX_REACH_M, REACH_M * (1 + unseen));
  const turns = unseen >= ANY_TURN_AFTER ? ANY_TURN_RAD : TURNS_RAD;
  const starts = gridAround(expected, reachM, turns).map((pose) => ({
    pose,
    cost: costs.coarse(pose) + prior(pose),
  }));
  starts.sort((a, b) => a.cost - b.cost);
  const fits = separate(starts).map(({ pose }) => compassSearch((p) => costs.fine(p) + prior(p), pose));
  return fits.reduce((best, fit) => (fit.cost < best.cost ? fit : best));
}

/**
 * Being away from every expected place costs a little, and so does turning otherwise than expected: it decides where
 * nothing else does. Which of its four ways round a square thing lies, only the way it was pushed can tell.
 */
function penalty(pose: TablePose, expected: readonly TablePose[]): number {
  const squares = expected.map((e) => (pose.x - e.x) ** 2 + (pose.y - e.y) ** 2);
  const turnPenalty = expected.length > 1 ? PREDICTED_TURN_PENALTY : TURN_PENALTY;
  const turn = pose.thetaRad - expected[expected.length - 1].thetaRad;
  return MOVE_PENALTY * Math.min(...squares) + turnPenalty * turn ** 2;
}

/** The expected poses themselves, and every pose of the grid around the first of them. */
function gridAround(expected: readonly TablePose[], reachM: number, turns: readonly number[]): TablePose[] {
  const poses: TablePose[] = [...expected];
  const [first] = expected;
  const steps = Math.min((MAX_ACROSS - 1) / 2, Math.round(reachM / GRID_M));
  for (let i = -steps; i <= steps; i++) {
    for (let k = -steps; k <= steps; k++) {
      if (Math.hypot(i, k) > steps) continue;
      const [dx, dy] = [(i * reachM) / steps, (k * reachM) / steps];
      for (const turn of turns) {
        poses.push({ x: first.x + dx, y: first.y + dy, thetaRad: first.thetaRad + turn });
      }
    }
  }
  return poses;
}

/** The best few of the sorted starts that are not neighbours of a better one. */
function separate(sorted: readonly Fit[]): Fit[] {
  const chosen: Fit[] = [];
  for (const start of sorted) {
    if (chosen.length === STARTS) break;
    const near = chosen.some(
      ({ pose }) =>
        Math.hypot(pose.x - start.pose.x, pose.y - start.pose.y) < NEIGHBOURS.m &&
        Math.abs(pose.thetaRad - start.pose.thetaRad) < NEIGHBOURS.rad,
    );
    if (!near) chosen.push(start);
  }
  return chosen;
}

/** Goes to the best of the six neighbours while one is better, then halves the step. */
function compassSearch(cost: (pose: TablePose) => number, start: TablePose): Fit {
  let best: Fit = { pose: start, cost: cost(start) };
  for (let { m, rad } = FIRST_STEP; m >= LAST_STEP_M; m /= 2, rad /= 2) {
    for (let moved = true; moved;) {
      moved = false;
      for (const [dx, dy, turn] of COMPASS) {
        const { x, y, thetaRad } = best.pose;
        const pose = { x: x + m * dx, y: y + m * dy, thetaRad: thetaRad + rad * turn };
        const here = cost(pose);
        if (here < best.cost - 1e-9) {
          best = { pose, cost: here };
          moved = true;
        }
      }
    }
  }
  return best;
}

const COMPASS = [
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [0, 0, 1],
  [0, 0, -1],
] as const;
