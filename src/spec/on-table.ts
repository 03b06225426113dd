/** Distances on the table, seen straight from above, metres: heights do not count. */

/** Pixels of objects are taken to lie on a plane at this height where nothing better is known: about half an object. */
export const OBJECT_PLANE_M = 0.02;

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
