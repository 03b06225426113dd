import { describe, expect, it } from 'vitest';
import { lineOfPush, type PushProblem } from '../../src/control/push-line.ts';
import { seededRandom } from '../../src/spec/random.ts';

const COUNT = 300;
const random = seededRandom(1);

/** A block of 8 x 4 cm, the designated point 3 cm to the left of its middle as seen from above. */
const footprint = Array.from({ length: 9 }, (_, i) => i / 8 - 0.5).flatMap((i) =>
  Array.from({ length: 9 }, (_, j): [number, number] => [0.03 + 0.08 * i, 0.04 * (j / 8 - 0.5)]),
);
const middle = [0.13, 0.2] as const;
const away: PushProblem = {
  point: [0.1, 0.2],
  goal: [0.1, 0.26],
  footprint,
  heightM: 0.03,
  turn: null,
  obstacles: [],
};
const lines = (problem: PushProblem) => Array.from({ length: COUNT }, () => lineOfPush(problem, random));
const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
/** The moment about the middle of a push of one newton along the line, newton metres: positive turns to the left. */
const moment = ({ contact: [x, y], direction: [dx, dy] }: ReturnType<typeof lineOfPush>): number =>
  (x - middle[0]) * dy - (y - middle[1]) * dx;

describe('a line of push', () => {
  it('goes towards the goal, by as much as is missing', () => {
    for (const { direction, distance } of lines(away)) {
      expect(direction[1]).toBeGreaterThan(0);
      expect(Math.hypot(...direction)).toBeCloseTo(1);
      expect(distance).toBeCloseTo(0.06);
    }
  });

  it('lies between the designated point and the middle, and says where the object is from there', () => {
    const found = lines(away);
    const moments = found.map(moment);
    expect(Math.max(...moments)).toBeLessThan(1e-9);
    expect(Math.min(...moments)).toBeGreaterThan(-0.03 - 1e-9);
    expect(mean(moments)).toBeLessThan(-0.01);
    for (const { contact, footprint: around } of found) {
      const [x, y] = [mean(around.map(([u]) => u)), mean(around.map(([, v]) => v))];
      expect([contact[0] + x, contact[1] + y]).toEqual(middle.map((m) => expect.closeTo(m, 6) as number));
    }
  });

  it('goes through the point itself where nothing is known of the object', () => {
    for (const { contact } of lines({ ...away, footprint: [] })) expect(contact).toEqual(away.point);
  });

  it.each([1, -1])('turns the object the way it should turn, half of the time: by %d rad', (rad) => {
    const found = lines({ ...away, goal: [0.1, 0.21], turn: { rad, shift: [0, 0] } });
    const turning = found.filter(({ distance }) => distance > 0.015);
    expect(turning.length / COUNT).toBeCloseTo(0.5, 1);
    for (const line of turning) {
      // From the short sides it is at least 8 mm off the middle, from the long ones up to 4 cm.
      expect(moment(line) * rad).toBeGreaterThan(0.007);
    }
    expect(Math.max(...turning.map((line) => moment(line) * rad))).toBeGreaterThan(0.03);
    // From all sides.
    expect(mean(turning.map(({ direction }) => direction[0]))).toBeCloseTo(0, 0);
  });

  it('turns it on its way, where it should go somewhere as well', () => {
    const found = lines({ ...away, goal: [0.1, 0.21], turn: { rad: 1, shift: [0.05, 0] } });
    const turning = found.filter(({ distance }) => distance > 0.015);
    expect(mean(turning.map(({ direction }) => direction[0]))).toBeGreaterThan(0.5);
  });
});
