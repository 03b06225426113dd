/**
 * A camera's 3x4 matrix from places and the pixels at which they are seen: direct linear transform on normalised
 * coordinates, then Gauss-Newton on the distances in pixels (Hartley & Zisserman, Multiple View Geometry, ch. 7.1-7.2).
 */
import type { Vector3 } from '../spec/action.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import type { Projection } from '../spec/projection.ts';
import { smallestEigenvector, solveLinear } from './linear.ts';

/** A place in the table's frame, metres, and where it was seen. */
export interface Sighting {
  readonly place: Vector3;
  readonly pixel: Pixel;
}

const REFINEMENTS = 8;

/** Null where the sightings do not determine it. */
export function fitProjection(sightings: readonly Sighting[], size: FrameSize): Projection | null {
  const places = normalise(sightings.map(({ place }) => place));
  const pixels = normalise(sightings.map(({ pixel: { row, col } }) => [col, row]));
  let m: number[] | null = directLinear(places.points, pixels.points);
  for (let i = 0; i < REFINEMENTS && m !== null; i++) m = gaussNewton(m, places.points, pixels.points);
  if (m === null) return null;
  return { size, matrix: denormalise(m, places, pixels) };
}

export interface Normalised {
  readonly points: readonly (readonly number[])[];
  readonly middle: readonly number[];
  readonly scale: number;
}

/** About their middle, one unit from it on the average in each dimension. */
export function normalise(points: readonly (readonly number[])[]): Normalised {
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
