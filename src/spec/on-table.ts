/** Distances on the table, seen straight from above, metres: heights do not count. */

/** Pixels of objects are taken to lie on a plane at this height where nothing better is known: about half an object. */
export const OBJECT_PLANE_M = 0.02;

/** Usual objects are no higher than this, metres: a gripper up here is above them all. */
export const HIGHEST_OBJECT_M = 0.055;

/** A point with at least x and y. */
export interface OnTable {
  readonly 0: number;
  readonly 1: number;
}

export function distanceOnTable(a: OnTable, b: OnTable): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** How near the straight way from `from` to `to` passes by `point`. */
export function distanceToWay(point: OnTable, from: OnTable, to: OnTable): number {
  const [wx, wy] = [to[0] - from[0], to[1] - from[1]];
  const [px, py] = [point[0] - from[0], point[1] - from[1]];
  const along = Math.max(0, Math.min(1, (px * wx + py * wy) / Math.max(wx * wx + wy * wy, 1e-9)));
  return Math.hypot(px - along * wx, py - along * wy);
}

/** The middle of places on the table. */
export function middleOf(places: readonly OnTable[]): readonly [number, number] {
  const sum = (d: 0 | 1): number => places.reduce((total, place) => total + place[d], 0);
  return [sum(0) / places.length, sum(1) / places.length];
}

/** (x, y) turned about (0, 0), counter-clockwise seen from above. */
export function turned([x, y]: readonly [number, number], byRad: number): [number, number] {
  const [c, s] = [Math.cos(byRad), Math.sin(byRad)];
  return [c * x - s * y, s * x + c * y];
}

/** How a rigid thing moved on the table: its points turned about their middle, and the middle went elsewhere. */
export interface RigidMotion {
  /** Counter-clockwise seen from above, radians; null where the points say nothing about it: one alone, or all in one place. */
  readonly rad: number | null;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** Below this, square metres, points fall together. */
const NO_EXTENT = 1e-6;

/** The motion that brings each of `from` nearest to its place in `to`, in the sense of least squares (Kabsch 1976). */
export function rigidMotion(from: readonly OnTable[], to: readonly OnTable[]): RigidMotion {
  const [before, after] = [middleOf(from), middleOf(to)];
  let [along, across] = [0, 0];
  from.forEach((point, i) => {
    const [px, py] = [point[0] - before[0], point[1] - before[1]];
    const [qx, qy] = [to[i][0] - after[0], to[i][1] - after[1]];
    along += px * qx + py * qy;
    across += px * qy - py * qx;
  });
  const rad = Math.hypot(along, across) > NO_EXTENT ? Math.atan2(across, along) : null;
  return { rad, from: before, to: after };
}
