/**
 * A camera's matrix from sightings of which one or two of a dozen may be wrong: they are found by leaving out each pair in
 * turn. How the matrix follows from good ones: `fit-projection.ts`.
 */
import { ensure } from '../spec/errors.ts';
import type { FrameSize } from '../spec/frame.ts';
import { project, type Projection } from '../spec/projection.ts';
import { fitProjection, normalise, type Sighting } from './fit-projection.ts';
import { smallestEigenvector } from './linear.ts';

export interface SolvedProjection {
  readonly projection: Projection;
  /** One a sighting: how far from where it was seen the matrix puts it, pixels. */
  readonly residualsPx: readonly number[];
  /** Root mean square of those that count, pixels. */
  readonly rmsPx: number;
  /** Sightings that do not count: they fit nothing that the others say. */
  readonly outliers: readonly number[];
}

/** Two numbers each, for the 11 that are unknown, and some to tell right from wrong. */
export const FEWEST_SIGHTINGS = 8;
/** So many times farther off than half of the others is wrong, but not nearer than this share of the width: 0.5 px of 160. */
const WRONG_TIMES = 6;
const WRONG_SHARE = 0.5 / 160;
/** A camera is not determined by places in one plane; these must lie this far from it on the average, metres. */
const LEAST_THICKNESS_M = 0.004;

/** Throws a ForesightError when there are too few sightings, or all of them lie in one plane. */
export function solveProjection(sightings: readonly Sighting[], size: FrameSize): SolvedProjection {
  ensure(
    sightings.length >= FEWEST_SIGHTINGS,
    `the camera was calibrated with ${sightings.length} poses; at least ${FEWEST_SIGHTINGS} are needed`,
    'see that the camera sees the gripper everywhere over the table, then run the step again',
  );
  ensure(
    thickness(sightings) > LEAST_THICKNESS_M,
    'the poses of the camera step all lie in one plane',
    'make the workspace higher, then run the step again',
  );
  const mostWrong = Math.min(2, sightings.length - FEWEST_SIGHTINGS);
  // The least median of squares (Rousseeuw 1984): half of the sightings decide which are wrong.
  let typicalPx = Infinity;
  let distances: number[] = [];
  for (const leftOut of choices(sightings.length, mostWrong)) {
    const fitted = fitProjection(without(sightings, leftOut), size);
    if (fitted === null) continue;
    const tried = residuals(fitted, sightings);
    const middle = [...tried].sort((p, q) => p - q)[tried.length >> 1];
    if (middle < typicalPx) [typicalPx, distances] = [middle, tried];
  }
  const wrongPx = Math.max(WRONG_SHARE * size.width, WRONG_TIMES * typicalPx);
  const outliers = indices(distances, (px) => px > wrongPx)
    .sort((p, q) => distances[q] - distances[p])
    .slice(0, mostWrong)
    .sort((p, q) => p - q);
  const counted = without(sightings, outliers);
  const projection = fitProjection(counted, size);
  ensure(
    projection !== null,
    'the poses of the camera step do not determine the camera',
    'run the step again',
  );
  const residualsPx = residuals(projection, sightings);
  const squares = without(residualsPx, outliers).reduce((sum, px) => sum + px * px, 0);
  return { projection, residualsPx, rmsPx: Math.sqrt(squares / counted.length), outliers };
}

/** No index, each index, and each pair, as far as `most` allows. */
function choices(count: number, most: number): number[][] {
  const all: number[][] = [[]];
  for (let i = 0; most >= 1 && i < count; i++) {
    all.push([i]);
    for (let j = i + 1; most >= 2 && j < count; j++) all.push([i, j]);
  }
  return all;
}

/** How far the places lie from their common plane, root mean square, metres. */
function thickness(sightings: readonly Sighting[]): number {
  const { points, scale } = normalise(sightings.map(({ place }) => place));
  const spread = [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((j) => points.reduce((sum, p) => sum + p[i] * p[j], 0)),
  );
  const normal = smallestEigenvector(spread, 3);
  const squares = points.reduce((sum, p) => sum + p.reduce((s, v, d) => s + v * normal[d], 0) ** 2, 0);
  return Math.sqrt(squares / points.length) / scale;
}

function residuals(projection: Projection, sightings: readonly Sighting[]): number[] {
  return sightings.map(({ place, pixel }) => {
    const { row, col } = project(projection, place);
    return Math.hypot(row - pixel.row, col - pixel.col);
  });
}

function without<T>(all: readonly T[], leftOut: readonly number[]): T[] {
  return all.filter((_, i) => !leftOut.includes(i));
}

function indices(values: readonly number[], isSo: (value: number) => boolean): number[] {
  return values.flatMap((value, i) => (isSo(value) ? [i] : []));
}
