/**
 * What the tracked object looks like from above: the points of its top with their colours, and a ring of points
 * around it where the table shows.
 *
 * The plane of the top need not be known well: seen through a pinhole camera, a rigid motion of a flat top at
 * one height looks like a rigid motion at any other (only lengths are scaled).
 */
import type { Frame, FrameSize, Mask } from '../spec/frame.ts';
import { OBJECT_PLANE_M } from '../spec/on-table.ts';
import type { Pixel } from '../spec/pixel.ts';
import { unproject, type Projection } from '../spec/projection.ts';
import { connectedTo } from './foreground.ts';
import { topFace } from './top-face.ts';

/** Where the designated point is on the plane of the top, metres, and how the object has turned since the first frame. */
export interface TablePose {
  readonly x: number;
  readonly y: number;
  readonly thetaRad: number;
}

/** Everything known about one frame, all of one size. */
export interface Observation {
  readonly frame: Frame;
  /** How much of each pixel the arm covers. */
  readonly hidden: Mask;
  /** How much each pixel belongs to something standing on the table. */
  readonly foreground: Mask;
}

/** Points in the object's frame (metres from the designated point, unturned), flat arrays of one length. */
export interface Template {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The plane of the points, metres above the table. */
  readonly heightM: number;
  /** Three numbers a point, 0..255; of ring points unused. */
  readonly rgb: Float64Array;
  /** How much a point says: 1 for the object's, less for the ring's. */
  readonly weight: Float64Array;
  /** How many points, from the start, are the object's; the rest are the ring. */
  readonly objectPoints: number;
  /** Two numbers a point: the direction away from the object, of unit length; zero for the object's points. */
  readonly outward: Float64Array;
  /** Points all over what the object covers, sides included, as far as the picture tells. */
  readonly footprint: readonly (readonly [number, number])[];
  /** The pixels of the frame it was cut out of that the object covers, sides included: row * width + col. */
  readonly covered: ReadonlySet<number>;
  /** How much light came from it: the more of it was in sight and the better it was lit, the more. */
  readonly light: number;
}

/** The ring reaches so many pixels beyond the object. */
const RING_PX = 2;
const RING_WEIGHT = 0.6;
/** An object has at least so many pixels: fewer are noise. */
const MIN_PIXELS = 12;
/** Farther than this from the designated point is another object that touches, metres. */
const MAX_RADIUS_M = 0.065;
/** Points this far from the designated point count half as much as those next to it. */
const HALF_WEIGHT_M = 0.045;
/** How far from the designated pixel, in pixels, its object may begin. */
const SEED_REACH_PX = 2;

/**
 * The object connected to `designated`, in its own frame; null when the pixel lies on the plain table.
 */
export function extractTemplate(camera: Projection, seen: Observation, designated: Pixel): Template | null {
  const seed = seedPixel(seen.foreground, designated);
  if (seed === null) return null;
  const around = unproject(camera, designated, OBJECT_PLANE_M);
  const { width } = seen.frame;
  const pixelAt = (i: number): Pixel => ({ row: Math.floor(i / width), col: i % width });
  const object = connectedTo(seen.foreground, seed).filter((i) => {
    const [x, y] = unproject(camera, pixelAt(i), OBJECT_PLANE_M);
    return Math.hypot(x - around[0], y - around[1]) < MAX_RADIUS_M;
  });
  if (object.length < MIN_PIXELS) return null;
  const top = topFace(camera, seen.frame, seen.hidden, object, OBJECT_PLANE_M);
  const ring = ringAround(top.pixels, seen);

  const [originX, originY] = unproject(camera, designated, top.heightM);
  const toBody = (i: number): readonly [number, number] => {
    const [x, y] = unproject(camera, pixelAt(i), top.heightM);
    return [x - originX, y - originY];
  };
  const pixels = [...top.pixels, ...ring.keys()];
  const points = pixels.map(toBody);
  const footprint = object.map((i) => {
    const [x, y] = unproject(camera, pixelAt(i), OBJECT_PLANE_M);
    return [x - around[0], y - around[1]] as const;
  });
  return {
    footprint,
    covered: new Set(object),
    light: object.reduce((sum, i) => sum + brightness(seen.frame, i), 0),
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
    heightM: top.heightM,
    rgb: Float64Array.from(pixels.flatMap((i) => [...seen.frame.data.subarray(3 * i, 3 * i + 3)])),
    weight: Float64Array.from(points, ([dx, dy], n) => {
      const nearness = 1 / (1 + (dx ** 2 + dy ** 2) / HALF_WEIGHT_M ** 2);
      return nearness * (n < top.pixels.length ? 1 : RING_WEIGHT);
    }),
    objectPoints: top.pixels.length,
    outward: Float64Array.from(
      pixels.flatMap((i, n) => {
        const nearest = ring.get(i);
        if (nearest === undefined) return [0, 0];
        const [x, y] = toBody(nearest);
        const [dx, dy] = [points[n][0] - x, points[n][1] - y];
        return [dx / Math.hypot(dx, dy), dy / Math.hypot(dx, dy)];
      }),
    ),
  };
}

function brightness({ data }: Frame, i: number): number {
  return data[3 * i] + data[3 * i + 1] + data[3 * i + 2];
}

/** Whether a pixel of the frame that the template was cut out of lies on the object, or right beside it. */
export function coversPixel({ covered }: Template, { row, col }: Pixel, { width }: FrameSize): boolean {
  return [...covered].some(
    (i) => Math.hypot(Math.floor(i / width) - row, (i % width) - col) <= SEED_REACH_PX,
  );
}

/** The foreground pixel nearest to the designated one, within reach. */
function seedPixel(foreground: Mask, designated: Pixel): number | null {
  let best: number | null = null;
  let nearest = SEED_REACH_PX + 1;
  for (let row = 0; row < foreground.height; row++) {
    if (Math.abs(row - designated.row) > SEED_REACH_PX) continue;
    for (let col = 0; col < foreground.width; col++) {
      const distance = Math.hypot(row - designated.row, col - designated.col);
      const i = row * foreground.width + col;
      if (distance < nearest && foreground.data[i] > 0.5) [best, nearest] = [i, distance];
    }
  }
  return best;
}

/** The pixels around the object where the table is seen, each with the object's pixel nearest to it. */
function ringAround(object: readonly number[], { foreground, hidden }: Observation): Map<number, number> {
  const { width, height } = foreground;
  const nearest = new Map<number, { readonly pixel: number; readonly distance: number }>();
  for (const i of object) {
    const [row, col] = [Math.floor(i / width), i % width];
    for (let r = Math.max(0, row - RING_PX); r <= Math.min(height - 1, row + RING_PX); r++) {
      for (let k = Math.max(0, col - RING_PX); k <= Math.min(width - 1, col + RING_PX); k++) {
        const at = r * width + k;
        if (foreground.data[at] >= 0.5 || hidden.data[at] >= 0.5) continue;
        const distance = Math.hypot(r - row, k - col);
        if (distance < (nearest.get(at)?.distance ?? Infinity)) nearest.set(at, { pixel: i, distance });
      }
    }
  }
  return new Map([...nearest].map(([at, { pixel }]) => [at, pixel]));
}
