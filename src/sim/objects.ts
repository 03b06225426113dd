/** Free objects for a scene: which, how heavy, what colours, and where they are put down. */
import type { Vector3 } from '../spec/action.ts';
import { MAX_OBJECTS } from '../spec/episode.ts';
import { ensure } from '../spec/errors.ts';
import { childSeed, seededRandom, type Random } from '../spec/random.ts';
import { partReach, partTop, type Part, type Rgb } from './parts.ts';
import { SHAPES, type Variety } from './shapes.ts';

/** One object, before it is put on the table. */
export interface ObjectDescription {
  /** Name of the shape. */
  readonly shape: string;
  readonly parts: readonly Part[];
  readonly massKg: number;
  /** Coulomb friction against the table. */
  readonly friction: number;
  /** Radius of the circle about the body's axis that holds the footprint, metres. */
  readonly footprintRadius: number;
  /** Height above the table, metres. */
  readonly height: number;
  /** A point on the top, in the body's frame: where the object is said to be, in truths and in tasks. */
  readonly point: Vector3;
}

/** An object and where it is put down. */
export interface PlacedObject extends ObjectDescription {
  readonly x: number;
  readonly y: number;
  readonly yawRad: number;
}

/** Hues (0..1 around the colour circle) that only the test variety shows: violet. */
export const RESERVED_HUES = { from: 0.7, to: 0.86 } as const;

/** Free space kept between two footprints, metres. */
const GAP_M = 0.012;

/** Objects are put down here, well inside the gripper's workspace, so that they can be pushed from all sides. */
const PLACING = { low: [-0.145, -0.095], high: [0.145, 0.06] } as const;

/** How many objects a scene has: so many, or from the first number to the second, drawn from its seed. */
export type ObjectCount = number | readonly [number, number];

/** More objects than this leave no room to push them, and are refused. */
export const MOST_OBJECTS = 6;

/**
 * The objects of the scene that follows from `seed`, none overlapping. Throws a ForesightError when there should be
 * more than a table holds.
 */
export function drawObjects(
  seed: number,
  variety: Variety,
  count: ObjectCount = [1, MAX_OBJECTS],
): PlacedObject[] {
  const [fewest, most] = typeof count === 'number' ? [count, count] : count;
  ensure(
    Number.isInteger(fewest) &&
      Number.isInteger(most) &&
      0 <= fewest &&
      fewest <= most &&
      most <= MOST_OBJECTS,
    `scene: expected 0 to ${MOST_OBJECTS} objects, got ${fewest === most ? fewest : `${fewest} to ${most}`}`,
  );
  const random = seededRandom(childSeed(seed, 'objects', variety));
  const wanted = fewest + random.integer(most - fewest + 1);
  for (;;) {
    const objects = Array.from({ length: wanted }, () => drawObject(random, variety));
    const placed = place(random, objects);
    if (placed !== null) return placed;
  }
}

function drawObject(random: Random, variety: Variety): ObjectDescription {
  const names = Object.keys(SHAPES).filter((name) => SHAPES[name].variety === variety);
  const shape = random.choice(names);
  const first = drawColour(random, variety);
  const second = random.next() < 0.3 ? lighter(first) : drawColour(random, variety);
  const parts = SHAPES[shape].build(random, first, second);
  const middle = nearestTop(parts);
  return {
    shape,
    parts,
    massKg: random.uniform(0.05, 0.2),
    friction: random.uniform(0.3, 0.6),
    footprintRadius: Math.max(...parts.map(partReach)),
    height: middle.height,
    point: middle.point,
  };
}

/**
 * The height of the whole, and the point that stands for the object: on its top, at the body's axis or (where
 * nothing stands there, as in the corner of an L) the first place with something under it on the way from the
 * axis to the middle of the first part.
 */
function nearestTop(parts: readonly Part[]): { point: Vector3; height: number } {
  const topAt = (x: number, y: number): number => Math.max(...parts.map((part) => partTop(part, x, y)));
  const solids = parts.filter((part) => part.kind !== 'capsule');
  const height = Math.max(...solids.map((part) => partTop(part, part.centre[0], part.centre[1])));
  const [x, y] = solids[0].centre;
  const on = [0, 0.25, 0.5, 0.75, 1].find((way) => topAt(way * x, way * y) > 0) ?? 1;
  return { point: [on * x, on * y, topAt(on * x, on * y)], height };
}

/** Positions and headings by rejection, or null when these objects do not fit after many attempts. */
function place(random: Random, objects: readonly ObjectDescription[]): PlacedObject[] | null {
  for (let attempt = 0; attempt < 200; attempt++) {
    const placed = objects.map((object) => ({
      ...object,
      x: random.uniform(PLACING.low[0], PLACING.high[0]),
      y: random.uniform(PLACING.low[1], PLACING.high[1]),
      yawRad: random.uniform(0, 2 * Math.PI),
    }));
    const apart = placed.every((a, i) =>
      placed
        .slice(0, i)
        .every((b) => Math.hypot(a.x - b.x, a.y - b.y) > a.footprintRadius + b.footprintRadius + GAP_M),
    );
    if (apart) return placed;
  }
  return null;
}

/** A colour with a hue of the variety's own: the reserved band for tests, the rest of the circle for play. */
function drawColour(random: Random, variety: Variety): Rgb {
  const { from, to } = RESERVED_HUES;
  const hue = variety === 'test' ? random.uniform(from, to) : random.uniform(to, 1 + from) % 1;
  return hsv(hue, random.uniform(0.55, 0.85), random.uniform(0.6, 0.95));
}

function lighter(colour: Rgb): Rgb {
  return colour.map((c) => c + 0.6 * (1 - c)) as unknown as Rgb;
}

/** Hue, saturation and value (each 0..1) to red, green and blue. */
export function hsv(hue: number, saturation: number, value: number): Rgb {
  const channel = (n: number): number => {
    const k = (n + hue * 6) % 6;
    return value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return [channel(5), channel(3), channel(1)];
}
