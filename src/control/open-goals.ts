/** Which goals of a task are not reached yet, and how urgent each is. */
import type { Value } from '../compute/compute.ts';
import { pushDistance } from './proposals.ts';
import type { PushProblem } from './push-line.ts';

/** How things stand with one designated point. */
export interface Standing {
  /** How far it is from its goal, and how near it has to get, metres. */
  readonly distanceM: number;
  readonly withinM: number;
  /** Points with the same number are on the same object; negative ones are on none. */
  readonly object: number;
}

/** A goal that is not reached yet: which, and how far its point is from it, measured by what was asked for. */
export interface OpenGoal {
  readonly number: number;
  readonly need: number;
}

/** Whether points with these objects' numbers are on one: see `Standing`. */
export function onOneObject(a: number, b: number): boolean {
  return a >= 0 && a === b;
}

/**
 * The goals that are not reached, the one farthest from it (measured by what was asked for) first. Those of points on
 * one object are reached together.
 *
 * @param doneShare a goal is reached when its point is within this share of what was asked for
 */
export function openGoals(standings: readonly Standing[], doneShare: number): OpenGoal[] {
  const goals = standings.map((standing, number) => ({
    number,
    object: standing.object,
    need: standing.distanceM / standing.withinM,
  }));
  const isOpen = ({ number, object }: (typeof goals)[number]): boolean =>
    goals.some(
      (goal) => (goal.number === number || onOneObject(object, goal.object)) && goal.need >= doneShare,
    );
  return goals
    .filter(isOpen)
    .map(({ number, need }) => ({ number, need }))
    .sort((a, b) => b.need - a.need);
}

/**
 * The same for a cost: 1 for those of `count` goals that are open, and how far behind their points the gripper pushes them
 * from, metres, [1, count] both.
 *
 * @param problems one for each of `open`
 */
export function openValues(
  count: number,
  open: readonly OpenGoal[],
  problems: readonly PushProblem[],
): { readonly open: Value; readonly back: Value } {
  const [isOpen, back] = [new Float32Array(count), new Float32Array(count)];
  open.forEach(({ number }, k) => {
    isOpen[number] = 1;
    back[number] = pushDistance(problems[k]);
  });
  const shape = [1, count];
  return { open: { shape, data: isOpen }, back: { shape, data: back } };
}

/**
 * Which points go together, [1, P, P]: row p takes the mean over the points on the object of point p, over p alone where
 * that is on none.
 *
 * @param objects of each point: see `Standing`
 */
export function together(objects: readonly number[]): Value {
  const count = objects.length;
  const data = new Float32Array(count * count);
  objects.forEach((object, p) => {
    const isMate = (other: number, q: number): boolean => q === p || onOneObject(object, other);
    const mates = objects.filter(isMate).length;
    objects.forEach((other, q) => {
      if (isMate(other, q)) data[p * count + q] = 1 / mates;
    });
  });
  return { shape: [1, count, count], data };
}
