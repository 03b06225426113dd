/** Where the arm shows its tip to the camera: all over the workspace, on two levels, so that no plane holds all places. */
import type { Vector3 } from '../spec/action.ts';
import type { Rig } from '../spec/rig.ts';

/** Shares of the workspace's width, depth and height. */
const ACROSS = [0.06, 0.5, 0.94] as const;
/** Not quite to the far edge: there the arm stands in most of the pictures, and nothing tells it from the table. */
const AWAY = [0.08, 0.75] as const;
const UP = [0.3, 1] as const;

/** Twelve places, metres: across and back on the lower level, then on the upper one. */
export function calibrationPlaces({ workspace: { low, high } }: Rig): Vector3[] {
  const at = (share: number, d: number): number => low[d] + share * (high[d] - low[d]);
  return UP.flatMap((up) =>
    AWAY.flatMap((away, row) => {
      const across = row % 2 === 0 ? ACROSS : [...ACROSS].reverse();
      return across.map((share): Vector3 => [at(share, 0), at(away, 1), at(up, 2)]);
    }),
  );
}
