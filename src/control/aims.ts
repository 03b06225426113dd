/**
 * Where the points of an object should be pushed next. A single point goes straight to its goal. Several points of
 * one object have to turn as well, and a point that is pushed straight to a far side of a turn is pushed through the
 * object's middle and turns nothing: each aims at where a part of the turn takes it.
 */
import type { Trackers } from '../cost/tracker.ts';
import { middleOf, rigidMotion, turned } from '../spec/on-table.ts';
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
  const [x, y] = middleOf(together.map((aim) => aim.point));
  const part = LARGEST_TURN_RAD / Math.abs(rad);
  const [dx, dy] = turned([point[0] - x, point[1] - y], part * rad);
  return [x + part * shift[0] + dx, y + part * shift[1] + dy];
}

/** The turn and the shift of the points' middle that fit best. */
function wholeTurn(together: readonly Aim[]): Turn {
  const points = together.map((aim) => aim.point);
  const goals = together.map((aim) => aim.goal);
  const { rad, from, to } = rigidMotion(points, goals);
  return { rad: rad ?? 0, about: from, shift: [to[0] - from[0], to[1] - from[1]] };
}
