/**
 * What the tracked object looks like from above: points on a plane over the table with their colours, and a
 * ring of points around it where the table shows.
 *
 * Seen through a pinhole camera, a rigid motion of a flat top at any height looks like a rigid motion on a
 * plane at any other height (only lengths are scaled), so the object's true height need not be known.
 */
import type { Frame, Mask } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import { unproject, type Projection } from '../spec/projection.ts';
import { connectedTo } from './foreground.ts';

/** The height of that plane, metres: about the middle of the objects people push around. */
export const NOMINAL_HEIGHT = 0.02;

/** Where the designated point is on the plane, metres, and how the object has turned since the first frame. */
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
  /** Three numbers a point, 0..255; of ring points unused. */
  readonly rgb: Float64Array;
  /** How much a point says: 1 for the object's, less for the ring's. */
  readonly weight: Float64Array;
  /** How many points, from the start, are the object's; the rest are the ring. */
  readonly objectPoints: number;
}

/** The ring reaches so many pixels beyond the object. */
const RING_PX = 2;
const RING_WEIGHT = 0.6;
/** An object has at least so many pixels: fewer are noise. */
const MIN_PIXELS = 12;
/** How far from the designated pixel, in pixels, its object may begin. */
const SEED_REACH_PX = 2;

/**
 * The object connected to `designated`, when it is at `pose`; null when the pixel lies on the plain table.
 *
 * @param radiusM leaves out what is farther from the designated point: a neighbour that touches the object
 */
export function extractTemplate(
  camera: Projection,
  seen: Observation,
  designated: Pixel,
  pose: TablePose,
  radiusM = Infinity,
): Template | null {
  const seed = seedPixel(seen.foreground, designated);
  if (seed === null) return null;
  const c = Math.cos(pose.thetaRad);
  const s = Math.sin(pose.thetaRad);
  const { width } = seen.frame;
  const toBody = (i: number): readonly [number, number] => {
    const [x, y] = unproject(camera, { row: Math.floor(i / width), col: i % width }, NOMINAL_HEIGHT);
    return [c * (x - pose.x) + s * (y - pose.y), -s * (x - pose.x) + c * (y - pose.y)];
  };
  const object = connectedTo(seen.foreground, seed).filter((i) => Math.hypot(...toBody(i)) <= radiusM);
  if (object.length < MIN_PIXELS) return null;

  const pixels = [...object, ...ringAround(object, seen)];
  const points = pixels.map(toBody);
  return {
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
    rgb: Float64Array.from(pixels.flatMap((i) => [...seen.frame.data.subarray(3 * i, 3 * i + 3)])),
    weight: Float64Array.from(pixels, (_, n) => (n < object.length ? 1 : RING_WEIGHT)),
    objectPoints: object.length,
  };
}

/** The distance of the template's farthest object point from the designated point, metres. */
export function templateRadius(template: Template): number {
  let radius = 0;
  for (let n = 0; n < template.objectPoints; n++) {
    radius = Math.max(radius, Math.hypot(template.x[n], template.y[n]));
  }
  return radius;
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

/** The pixels around the object where the table is seen. */
function ringAround(object: readonly number[], { foreground, hidden }: Observation): number[] {
  const { width, height } = foreground;
  const inside = new Set(object);
  const ring = new Set<number>();
  for (const i of object) {
    const [row, col] = [Math.floor(i / width), i % width];
    for (let r = Math.max(0, row - RING_PX); r <= Math.min(height - 1, row + RING_PX); r++) {
      for (let k = Math.max(0, col - RING_PX); k <= Math.min(width - 1, col + RING_PX); k++) {
        const at = r * width + k;
        if (!inside.has(at) && foreground.data[at] < 0.5 && hidden.data[at] < 0.5) ring.add(at);
      }
    }
  }
  return [...ring];
}
