import { expect, it } from 'vitest';
import { openGoals, together } from '../../src/control/open-goals.ts';

const standing = (distanceM: number, object: number, withinM = 0.025) => ({ distanceM, withinM, object });

it('leaves out goals that are reached, and puts the most urgent first', () => {
  const open = openGoals([standing(0.02, 0), standing(0.001, 1), standing(0.05, 2)], 0.45);
  expect(open.map(({ number }) => number)).toEqual([2, 0]);
  expect(open[0].need).toBeCloseTo(2, 9);
});

it('measures by what was asked for', () => {
  const open = openGoals([standing(0.02, 0, 0.025), standing(0.018, 1, 0.015)], 0.45);
  expect(open.map(({ number }) => number)).toEqual([1, 0]);
});

it('points of one object are reached together', () => {
  const open = openGoals([standing(0.001, 3), standing(0.05, 3), standing(0.001, 4)], 0.45);
  expect(open.map(({ number }) => number)).toEqual([1, 0]);
});

it('points on no object have nothing to do with each other', () => {
  const open = openGoals([standing(0.001, -1), standing(0.05, -1)], 0.45);
  expect(open.map(({ number }) => number)).toEqual([1]);
});

it('nothing is open when all is reached', () => {
  expect(openGoals([standing(0.01, 0), standing(0.011, 0)], 0.45)).toEqual([]);
});

it('takes the mean over the points of one object, and of others nothing', () => {
  const { shape, data } = together([3, 5, 3, -1, -1]);
  expect(shape).toEqual([1, 5, 5]);
  const rows = Array.from({ length: 5 }, (_, p) => [...data.subarray(5 * p, 5 * p + 5)]);
  const [both, alone] = [[0.5, 0, 0.5, 0, 0], [0, 1, 0, 0, 0]]; // prettier-ignore
  expect(rows).toEqual([both, alone, both, [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]);
});
