/**
 * A camera's 3x4 matrix from places and the pixels at which they are seen: direct linear transform on normalised
 * coordinates, then Gauss-Newton on the distances in pixels (Hartley & Zisserman, Multiple View Geometry, ch. 7.1-7.2).
 * One or two of a dozen may be wrong: they are found by leaving out each pair in turn.
 */
import type { Vector3 } from '../spec/action.ts';
import { ensure } from '../spec/errors.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import { project, type Projection } from '../spec/projection.ts';
import { smallestEigenvector, solveLinear } from './linear.ts';

/** A place in the table's frame, metres, and where it was seen. */
export interface Sighting {
  readonly place: Vector3;
  readonly pixel: Pixel;
}

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
const REFINEMENTS = 8;
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
    const fitted = fit(without(sightings, leftOut), size);
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
  const projection = fit(counted, size);
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

/** Null where the sightings do not determine it. */
function fit(sightings: readonly Sighting[], size: FrameSize): Projection | null {
  const places = normalise(sightings.map(({ place }) => place));
  const pixels = normalise(sightings.map(({ pixel: { row, col } }) => [col, row]));
  let m: number[] | null = directLinear(places.points, pixels.points);
  for (let i = 0; i < REFINEMENTS && m !== null; i++) m = gaussNewton(m, places.points, pixels.points);
  if (m === null) return null;
  return { size, matrix: denormalise(m, places, pixels) };
}

interface Normalised {
  readonly points: readonly (readonly number[])[];
  readonly middle: readonly number[];
  readonly scale: number;
}

/** About their middle, one unit from it on the average in each dimension. */
function normalise(points: readonly (readonly number[])[]): Normalised {
  const middle = points[0].map((_, d) => points.reduce((sum, p) => sum + p[d], 0) / points.length);
  const squares = points.reduce((sum, p) => sum + p.reduce((s, v, d) => s + (v - middle[d]) ** 2, 0), 0);
  const scale = Math.sqrt((middle.length * points.length) / Math.max(squares, 1e-18));
  return { points: points.map((p) => p.map((v, d) => (v - middle[d]) * scale)), middle, scale };
}

/** The 12 numbers, up to a factor, with which the two equations of each sighting are nearest to zero. */
function directLinear(places: Normalised['points'], pixels: Normalised['points']): number[] {
  const normal = new Array<number>(144).fill(0);
  const add = (equation: readonly number[]): void => {
    for (let i = 0; i < 12; i++) for (let j = 0; j < 12; j++) normal[12 * i + j] += equation[i] * equation[j];
  };
  places.forEach((place, k) => {
    const [u, v] = pixels[k];
    const p = [...place, 1];
    add([...p, 0, 0, 0, 0, ...p.map((x) => -u * x)]);
    add([0, 0, 0, 0, ...p, ...p.map((x) => -v * x)]);
  });
  return smallestEigenvector(normal, 12);
}

/** One step towards the least sum of squared distances; the matrix's factor, which changes none, stays as it is. */
function gaussNewton(
  m: readonly number[],
  places: Normalised['points'],
  pixels: Normalised['points'],
): number[] | null {
  const normal = new Array<number>(144).fill(0);
  const right = new Array<number>(12).fill(0);
  places.forEach((place, k) => {
    const p = [...place, 1];
    const [a, b, depth] = [0, 4, 8].map((row) => p.reduce((sum, x, j) => sum + x * m[row + j], 0));
    const at = [a / depth, b / depth];
    at.forEach((value, row) => {
      const slope = new Array<number>(12).fill(0);
      p.forEach((x, j) => {
        slope[4 * row + j] = x / depth;
        slope[8 + j] = (-value * x) / depth;
      });
      const missing = pixels[k][row] - value;
      for (let i = 0; i < 12; i++) {
        right[i] += slope[i] * missing;
        for (let j = 0; j < 12; j++) normal[12 * i + j] += slope[i] * slope[j];
      }
    });
  });
  for (let i = 0; i < 12; i++) for (let j = 0; j < 12; j++) normal[12 * i + j] += m[i] * m[j];
  const step = solveLinear(normal, right);
  return step === null || step.some((v) => !Number.isFinite(v)) ? null : m.map((v, i) => v + step[i]);
}

/** The matrix for metres and pixels, with a viewing direction of length 1 and depth counted forwards. */
function denormalise(m: readonly number[], places: Normalised, pixels: Normalised): number[] {
  const rows = [0, 4, 8].map((at) => {
    const scaled = m.slice(at, at + 3).map((v) => v * places.scale);
    const shift = scaled.reduce((sum, v, d) => sum + v * places.middle[d], 0);
    return [...scaled, m[at + 3] - shift];
  });
  const picture = [0, 1].map((d) => rows[d].map((v, j) => v / pixels.scale + pixels.middle[d] * rows[2][j]));
  const depth = rows[2].reduce((sum, v, j) => sum + v * (places.middle[j] ?? 1), 0);
  const length = Math.sign(depth) * Math.hypot(...rows[2].slice(0, 3));
  return [...picture[0], ...picture[1], ...rows[2]].map((v) => v / length);
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
