/**
 * Where the points of an object should be pushed next. A single point goes straight to its goal. Several points of
 * one object have to turn as well, and a point that is pushed straight to a far side of a turn is pushed through the
 * object's middle and turns nothing: each aims at where a part of the turn takes it.
 */
import type { Trackers } from '../cost/tracker.ts';
import type { PushProblem, Turn } from './push-line.ts';

type Place = readonly [number, number];

export interface Aim {
  /** Where a designated point is and should be, metres on the table. */
  readonly point: Place;
  readonly goal: Place;
  /** Points with the same number are on the same object; negative ones are on none. */
  readonly object: number;
}

/** What has to be pushed to where next. @param aims the most urgent first, each for the designated point of its number */
export function pushProblems(aims: readonly (Aim & { number: number })[], trackers: Trackers): PushProblem[] {
  const places = nextPlaces(aims);
  return aims.map(({ point, object, number }, k) => {
    const together = mates(object, aims);
    return {
      point,
      goal: places[k],
      footprint: trackers.footprint(number),
      heightM: trackers.heightOf(number),
      turn: together.length > 1 ? wholeTurn(together) : null,
      obstacles: trackers.obstacles(number),
    };
  });
}

/** The largest turn that is aimed at, radians: so far, pushing along the chord is pushing along the arc. */
const LARGEST_TURN_RAD = 0.7;

/** The place that each of `aims` should be pushed to next, metres. */
export function nextPlaces(aims: readonly Aim[]): Place[] {
  return aims.map((aim) => {
    const together = mates(aim.object, aims);
    return together.length < 2 ? aim.goal : alongTheTurn(aim, together);
  });
}

/** The aims of points on one object. */
function mates(object: number, aims: readonly Aim[]): readonly Aim[] {
  return aims.filter((aim) => aim.object >= 0 && aim.object === object);
}

function alongTheTurn({ point, goal }: Aim, together: readonly Aim[]): Place {
  const { rad, shift } = wholeTurn(together);
  if (Math.abs(rad) <= LARGEST_TURN_RAD) return goal;
  const from = middle(together.map((aim) => aim.point));
  const part = LARGEST_TURN_RAD / Math.abs(rad);
  const [c, s] = [Math.cos(part * rad), Math.sin(part * rad)];
  const [px, py] = minus(point, from);
  const [mx, my] = [from[0] + part * shift[0], from[1] + part * shift[1]];
  return [mx + c * px - s * py, my + s * px + c * py];
}

/** The turn and the shift of the points' middle that fit best in the plane, least squares (Kabsch 1976). */
function wholeTurn(together: readonly Aim[]): Turn {
  const from = middle(together.map((aim) => aim.point));
  const to = middle(together.map((aim) => aim.goal));
  let [along, across] = [0, 0];
  for (const aim of together) {
    const [px, py] = minus(aim.point, from);
    const [gx, gy] = minus(aim.goal, to);
    along += px * gx + py * gy;
    across += px * gy - py * gx;
  }
  return { rad: Math.atan2(across, along), shift: minus(to, from) };
}

function middle(places: readonly Place[]): Place {
  const sum = (d: 0 | 1): number => places.reduce((total, place) => total + place[d], 0);
  return [sum(0) / places.length, sum(1) / places.length];
}

function minus(a: Place, b: Place): Place {
  return [a[0] - b[0], a[1] - b[1]];
}
