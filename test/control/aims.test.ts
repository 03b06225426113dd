import { describe, expect, it } from 'vitest';
import { nextPlaces, type Aim } from '../../src/control/aims.ts';

/** Two ends of a stick about `middle`, `apart` metres from it, from one heading to another. */
function stick(middle: [number, number], to: [number, number], turnRad: number, object = 0): Aim[] {
  const at = ([x, y]: [number, number], rad: number, side: number): [number, number] => [
    x + side * 0.04 * Math.cos(rad),
    y + side * 0.04 * Math.sin(rad),
  ];
  return [1, -1].map((side) => ({ point: at(middle, 0.3, side), goal: at(to, 0.3 + turnRad, side), object }));
}

const apart = (a: readonly number[], b: readonly number[]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

describe('where points should be pushed next', () => {
  it('a single point: straight to its goal', () => {
    const aim: Aim = { point: [0, 0], goal: [0.1, 0.05], object: 0 };
    expect(nextPlaces([aim])).toEqual([[0.1, 0.05]]);
  });

  it('points of one object that hardly turns: to their goals', () => {
    const aims = stick([0, 0], [0.05, 0.02], 0.5);
    expect(nextPlaces(aims)).toEqual(aims.map(({ goal }) => goal));
  });

  it('points of an object that turns a lot: along the arc, across the stick', () => {
    const aims = stick([0.02, -0.03], [0.02, -0.03], 2);
    const places = nextPlaces(aims);
    places.forEach((place, i) => {
      const [px, py] = [aims[i].point[0] - 0.02, aims[i].point[1] + 0.03];
      const way = [place[0] - aims[i].point[0], place[1] - aims[i].point[1]];
      const turned = Math.atan2(
        px * (py + way[1]) - py * (px + way[0]),
        px * (px + way[0]) + py * (py + way[1]),
      );
      expect(turned).toBeCloseTo(0.7, 6);
      // Straight to the goal would be pushing a third of the way along the stick.
      expect(Math.abs(px * way[0] + py * way[1]) / (0.04 * Math.hypot(...way))).toBeLessThan(0.35);
    });
    expect(apart(places[0], places[1])).toBeCloseTo(0.08, 6);
  });

  it('the other way about for the other sense, and no farther along the way than along the turn', () => {
    const aims = stick([0, 0], [0.1, 0], -1.4);
    const places = nextPlaces(aims);
    const middle = [0, 1].map((d) => (places[0][d] + places[1][d]) / 2);
    expect(middle[0]).toBeCloseTo(0.05, 6);
    expect(middle[1]).toBeCloseTo(0, 6);
    const heading = Math.atan2(places[0][1] - middle[1], places[0][0] - middle[0]);
    expect(heading).toBeCloseTo(0.3 - 0.7, 6);
  });

  it('points of different objects, or of none, have nothing to do with each other', () => {
    const aims = stick([0, 0], [0, 0], 2).map((aim, i) => ({ ...aim, object: i }));
    expect(nextPlaces(aims)).toEqual(aims.map(({ goal }) => goal));
    const loose = stick([0, 0], [0, 0], 2, -1);
    expect(nextPlaces(loose)).toEqual(loose.map(({ goal }) => goal));
  });
});
