/** What has to be pushed to where: single points, and points of one object, which has to turn with all of them. */
import type { Trackers } from '../cost/tracker.ts';
import { rigidMotion } from '../spec/on-table.ts';
import { onOneObject } from './open-goals.ts';
import type { PushProblem, Turn } from './push-line.ts';

type Place = readonly [number, number];

export interface Aim {
  /** Where a designated point is and should be, metres on the table. */
  readonly point: Place;
  readonly goal: Place;
  /** Points with the same number are on the same object; negative ones are on none. */
  readonly object: number;
}

/** @param aims the most urgent first, each for the designated point of its number */
export function pushProblems(aims: readonly (Aim & { number: number })[], trackers: Trackers): PushProblem[] {
  return aims.map(({ point, goal, object, number }) => {
    const together = aims.filter((aim) => onOneObject(object, aim.object));
    return {
      point,
      goal,
      footprint: trackers.footprint(number),
      heightM: trackers.heightOf(number),
      turn: together.length > 1 ? wholeTurn(together) : null,
      obstacles: trackers.obstacles(number),
    };
  });
}

/** The turn and the shift of the points' middle that fit best. */
function wholeTurn(together: readonly Aim[]): Turn {
  const points = together.map((aim) => aim.point);
  const goals = together.map((aim) => aim.goal);
  const { rad, from, to } = rigidMotion(points, goals);
  return { rad: rad ?? 0, about: from, shift: [to[0] - from[0], to[1] - from[1]] };
}
