/** How clicks and keys become points and goals. */
import type { StudioState } from '../../../src/studio/state.ts';

type Goals = StudioState['goals'];
export type Pixel = Goals[number]['from'];
export type GoalChange = readonly { readonly from: Pixel; readonly to: Pixel | null }[];

/** The goals after one more pixel was chosen: the goal of the last point, or another point. */
export function afterChoosing(goals: Goals, pixel: Pixel): GoalChange {
  const plain = goals.map(({ from, to }) => ({ from, to }));
  const last = plain.at(-1);
  if (last !== undefined && last.to === null) return [...plain.slice(0, -1), { from: last.from, to: pixel }];
  return [...plain, { from: pixel, to: null }];
}

/** The goals with one end of one of them moved. */
export function afterMoving(goals: Goals, which: number, end: 'from' | 'to', pixel: Pixel): GoalChange {
  return goals.map(({ from, to }, i) => (i === which ? { from, to, [end]: pixel } : { from, to }));
}
