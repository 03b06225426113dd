import { describe, expect, it } from 'vitest';
import { lineOfPush, type PushProblem } from '../../src/control/push-line.ts';
import { seededRandom } from '../../src/spec/random.ts';

const COUNT = 1000;
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
    const found = lines({ ...away, goal: [0.1, 0.21], turn: { rad, about: middle, shift: [0, 0] } });
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
    const found = lines({ ...away, goal: [0.1, 0.21], turn: { rad: 1, about: middle, shift: [0.05, 0] } });
    const turning = found.filter(({ distance }) => distance > 0.015);
    expect(mean(turning.map(({ direction }) => direction[0]))).toBeGreaterThan(0.5);
  });

  describe('of an object that should go somewhere and turn a little', () => {
    // About a point that is not its middle: turned by so much, the middle goes 1 cm farther to the right.
    const [rad, shift] = [0.2, [0.01, 0.02]] as const;
    const about = [0.13, 0.25] as const;
    const expected = [shift[0] + 0.05 * Math.sin(rad), shift[1] + 0.05 * (1 - Math.cos(rad))];
    const found = lines({ ...away, turn: { rad, about, shift } });
    // Those through the designated point are for all that is missing there, 6 cm; those at an end for 3 cm.
    const forBoth = found.filter(({ distance }) => Math.abs(distance - 0.06) > 1e-9 && distance !== 0.03);

    it('is often one that does both at once', () => {
      expect(forBoth.length / COUNT).toBeCloseTo(0.8 * 0.6, 1);
    });

    it('goes the way that its middle should go, and to the right of it where it should turn to the left', () => {
      const angle = mean(forBoth.map(({ direction: [x, y] }) => Math.atan2(y, x)));
      expect(angle).toBeCloseTo(Math.atan2(expected[1], expected[0]), 1);
      // c² is 8/9 of the mean square distance from the middle of 81 places all over the block.
      const c2 =
        (8 / 9) * (0.08 ** 2 + 0.04 ** 2) * mean(Array.from({ length: 9 }, (_, i) => (i / 8 - 0.5) ** 2));
      expect(mean(forBoth.map(moment))).toBeCloseTo((c2 * rad) / Math.hypot(...expected), 2);
    });

    it('goes on the farther, the more it turns: the place that is pushed goes round the middle as well', () => {
      const [far, near] = [Math.max, Math.min].map((pick) =>
        pick(...forBoth.map(({ distance }) => distance)),
      );
      expect(near).toBeGreaterThanOrEqual(Math.hypot(...expected) - 1e-9);
      expect(far).toBeGreaterThan(near + 0.005);
    });

    it('keeps off the very ends of the object', () => {
      const much = lines({ ...away, turn: { rad: 0.5, about: middle, shift: [0, 0.006] } });
      // Of 8 cm: pushed across, at most 3.7 cm from its middle.
      for (const line of much.filter(({ distance }) => distance > 0.03)) {
        expect(Math.abs(moment(line))).toBeLessThan(Math.hypot(0.04, 0.02));
      }
    });
  });
});
