/** Where the arm stands at its table: from the four corners that a person has touched with the gripper's tip. */
import { checkWorkspace } from '../robot/limits.ts';
import type { Box, Vector3 } from '../spec/action.ts';
import { ensure } from '../spec/errors.ts';
import { inverseKinematics } from '../spec/inverse-kinematics.ts';
import { turned } from '../spec/on-table.ts';
import type { Rig } from '../spec/rig.ts';

/** The corners in the order in which they are touched, as seen from the camera. */
export const CORNERS = ['near left', 'near right', 'far right', 'far left'] as const;

export interface SolvedTable {
  readonly base: Vector3;
  readonly baseYawRad: number;
  readonly table: Rig['table'];
  /** How far the touches are from one level, metres: the base is tilted, or a touch was no touch. */
  readonly unevenM: number;
}

/** More than this between the touches' heights is no table, metres. */
const LEVEL_M = 0.015;
/** Pushing ends this far from the touched edges, metres. */
const MARGIN_M = 0.02;
/** Less than this to push about in is not worth it, metres. */
const SMALLEST_M = 0.1;
/** A side of the workspace is moved in by this, metres. */
const STEP_M = 0.01;
const GRID_M = 0.02;

/**
 * The table's frame from its corners in the arm's own frame (base at the origin, facing along x), metres. Its origin is
 * their middle, x from left to right, y from near to far, z = 0 where they were touched. Throws a ForesightError when the
 * touches make no table.
 */
export function solveTable(touches: readonly Vector3[]): SolvedTable {
  const mean = (points: readonly Vector3[], d: number): number =>
    points.reduce((sum, point) => sum + point[d], 0) / points.length;
  const [nearLeft, nearRight, farRight, farLeft] = touches;
  const across = [0, 1].map((d) => mean([nearRight, farRight], d) - mean([nearLeft, farLeft], d));
  const baseYawRad = -Math.atan2(across[1], across[0]);
  const middle = turned([mean(touches, 0), mean(touches, 1)], baseYawRad);
  const height = mean(touches, 2);
  const unevenM = Math.max(...touches.map(([, , z]) => Math.abs(z - height)));
  ensure(
    unevenM < LEVEL_M,
    `the touched corners are ${(1000 * unevenM).toFixed(0)} mm off one level`,
    'touch the table with the very tip, at all corners in the same way',
  );
  const places = touches.map(([x, y]) => {
    const [px, py] = turned([x, y], baseYawRad);
    return [px - middle[0], py - middle[1]];
  });
  const [a, b, c, d] = places;
  const low: [number, number] = [Math.max(a[0], d[0]), Math.max(a[1], b[1])];
  const high: [number, number] = [Math.min(b[0], c[0]), Math.min(c[1], d[1])];
  ensure(
    high[0] - low[0] > 4 * MARGIN_M && high[1] - low[1] > 4 * MARGIN_M,
    'the touched corners are no table: too near to each other, or touched in another order',
    `touch ${CORNERS.join(', ')}, in this order, as seen from the camera`,
  );
  return { base: [-middle[0], -middle[1], -height], baseYawRad, table: { low, high }, unevenM };
}

/**
 * The part of the table, up to the margin, that the arm reaches between the workspace's present heights. Where it does not
 * reach, the side that costs least is moved in, a little at a time. Throws a ForesightError when not much is left.
 */
export function fitWorkspace({ table, workspace, arm, action }: Rig): Box {
  let box: Box = {
    low: [table.low[0] + MARGIN_M, table.low[1] + MARGIN_M, workspace.low[2]],
    high: [table.high[0] - MARGIN_M, table.high[1] - MARGIN_M, workspace.high[2]],
  };
  let beyond = placesBeyond(box, arm);
  while (beyond > 0) {
    ensure(
      box.high[0] - box.low[0] > SMALLEST_M && box.high[1] - box.low[1] > SMALLEST_M,
      'the arm does not reach enough of the table',
      'put its base nearer to the table, or touch corners that it reaches with ease',
    );
    const smaller = sidesMovedIn(box).map((tried) => ({ box: tried, beyond: placesBeyond(tried, arm) }));
    ({ box, beyond } = smaller.reduce((best, one) => (one.beyond < best.beyond ? one : best)));
  }
  checkWorkspace({ arm, actionSpec: action, workspace: box });
  return box;
}

function sidesMovedIn({ low, high }: Box): Box[] {
  return [
    { low, high: [high[0], high[1] - STEP_M, high[2]] },
    { low: [low[0], low[1] + STEP_M, low[2]], high },
    // Left and right together: the arm stands in the middle.
    { low: [low[0] + STEP_M, low[1], low[2]], high: [high[0] - STEP_M, high[1], high[2]] },
  ];
}

/** How many places of a grid over the box the arm does not reach. */
function placesBeyond({ low, high }: Box, arm: Rig['arm']): number {
  const ticks = [0, 1, 2].map((d) => {
    const count = Math.max(1, Math.ceil((high[d] - low[d]) / GRID_M));
    return Array.from({ length: count + 1 }, (_, k) => low[d] + ((high[d] - low[d]) * k) / count);
  });
  const places = ticks[0].flatMap((x) => ticks[1].flatMap((y) => ticks[2].map((z): Vector3 => [x, y, z])));
  return places.filter((place) => !reaches(arm, place)).length;
}

function reaches(arm: Rig['arm'], place: Vector3): boolean {
  try {
    inverseKinematics(arm, place);
    return true;
  } catch {
    return false;
  }
}
