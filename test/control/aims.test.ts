import { describe, expect, it } from 'vitest';
import { pushProblems, type Aim } from '../../src/control/aims.ts';
import type { Trackers } from '../../src/cost/tracker.ts';

/** Two ends of a stick about `middle`, 4 cm from it, from one heading to another. */
function stick(middle: [number, number], to: [number, number], turnRad: number, object = 0): Aim[] {
  const at = ([x, y]: [number, number], rad: number, side: number): [number, number] => [
    x + side * 0.04 * Math.cos(rad),
    y + side * 0.04 * Math.sin(rad),
  ];
  return [1, -1].map((side) => ({ point: at(middle, 0.3, side), goal: at(to, 0.3 + turnRad, side), object }));
}

/** Tells of each point by its number. */
const trackers = {
  footprint: (i: number) => [[0.01 * i, 0]],
  heightOf: (i: number) => 0.01 * i,
  obstacles: (i: number) => [[0.1 * i, 0]],
} as unknown as Trackers;
const problemsOf = (aims: readonly Aim[], first = 0) =>
  pushProblems(
    aims.map((aim, i) => ({ ...aim, number: first + i })),
    trackers,
  );

describe('what has to be pushed', () => {
  it('is a single point to its goal, with what is known of it by its number', () => {
    const aim: Aim = { point: [0, 0], goal: [0.1, 0.05], object: 0 };
    const [problem] = problemsOf([aim], 3);
    expect(problem).toEqual({
      point: [0, 0],
      goal: [0.1, 0.05],
      footprint: [[0.03, 0]],
      heightM: 0.03,
      turn: null,
      obstacles: [[expect.closeTo(0.3, 9), 0]],
    });
  });

  it.each([0.5, 2, -1.4])('is the whole object with all of its points: by %d rad, and somewhere', (rad) => {
    for (const { turn } of problemsOf(stick([0.02, -0.03], [0.07, -0.01], rad))) {
      expect(turn?.rad).toBeCloseTo(rad, 6);
      expect(turn?.about).toEqual([expect.closeTo(0.02, 9), expect.closeTo(-0.03, 9)]);
      expect(turn?.shift).toEqual([expect.closeTo(0.05, 9), expect.closeTo(0.02, 9)]);
    }
  });

  it('is not one object where points are of different ones, or of none', () => {
    const apart = stick([0, 0], [0, 0], 2).map((aim, i) => ({ ...aim, object: i }));
    const loose = stick([0, 0], [0, 0], 2, -1);
    for (const aims of [apart, loose]) expect(problemsOf(aims).map(({ turn }) => turn)).toEqual([null, null]);
  });
});
