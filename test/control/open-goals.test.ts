import { expect, it } from 'vitest';
import { openGoals, openValues, together } from '../../src/control/open-goals.ts';
import type { PushProblem } from '../../src/control/push-line.ts';

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

it('says which of all goals are open, and from how far behind each point it is pushed', () => {
  const problem = (known: Partial<PushProblem>): PushProblem => ({
    point: [0, 0],
    goal: [0.1, 0],
    footprint: [],
    heightM: 0.03,
    turn: null,
    obstacles: [],
    ...known,
  });
  // It reaches 2 cm behind its point, and the finger's middle is 1 cm behind that; its far corner is not in the way.
  const footprint = [
    [-0.02, 0],
    [0.03, 0],
    [-0.05, 0.03],
  ] as const;
  const madeOut = problem({ footprint });
  const toTurn = problem({ footprint, turn: { rad: 1, about: [0, 0], shift: [0, 0] } });
  const open = [3, 0, 1].map((number) => ({ number, need: 2 }));
  // What cannot be made out is taken to reach 3 cm; what has to turn is pushed from many sides.
  const values = openValues(4, open, [madeOut, problem({}), toTurn]);
  for (const { shape } of [values.open, values.back]) expect(shape).toEqual([1, 4]);
  expect([...values.open.data]).toEqual([1, 1, 0, 1]);
  [0.04, 0, 0, 0.03].forEach((backM, i) => expect(values.back.data[i]).toBeCloseTo(backM, 6));
});

it('takes the mean over the points of one object, and of others nothing', () => {
  const { shape, data } = together([3, 5, 3, -1, -1]);
  expect(shape).toEqual([1, 5, 5]);
  const rows = Array.from({ length: 5 }, (_, p) => [...data.subarray(5 * p, 5 * p + 5)]);
  const [both, alone] = [[0.5, 0, 0.5, 0, 0], [0, 1, 0, 0, 0]]; // prettier-ignore
  expect(rows).toEqual([both, alone, both, [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]);
});
