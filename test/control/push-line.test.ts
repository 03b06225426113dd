import { describe, expect, it } from 'vitest';
import { lineOfPush, slide, type PushLine, type PushProblem } from '../../src/control/push-line.ts';
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
const moment = ({ contact: [x, y], direction: [dx, dy] }: PushLine): number =>
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
});

describe('how things slide', () => {
  const c2 = 0.02 ** 2;

  it('straight along when pushed through the middle', () => {
    expect(slide(0.03, 0, c2).along).toBeCloseTo(0.03, 9);
    expect(slide(0.03, 0, c2).rad).toBeCloseTo(0, 9);
  });

  it('half as far where friction acts, and the place that is pushed goes all of the way', () => {
    const { along, rad } = slide(0.03, 0.02, c2);
    expect(along).toBeCloseTo(0.015, 9);
    // Pushed on its left it turns to the right; what is 2 cm from the middle goes the other half.
    expect(rad * -0.02).toBeCloseTo(0.015, 9);
    expect(slide(0.03, -0.02, c2).rad).toBeCloseTo(-rad, 9);
  });
});

describe('a line of push of what has to turn', () => {
  // c² is 8/9 of the mean square distance from the middle of 81 places all over the block.
  const c2 =
    (8 / 9) * (0.08 ** 2 + 0.04 ** 2) * mean(Array.from({ length: 9 }, (_, i) => (i / 8 - 0.5) ** 2));
  const leverM = 0.03;
  /** To the left of the middle, metres. */
  const offset = (line: PushLine): number => -moment(line);
  /** How far from its place the middle is, and points 3 cm beside it are by turning, after a push as things slide, metres. */
  const missing = (rad: number, shift: readonly [number, number], line?: PushLine): number => {
    const done = line ? slide(line.distance, offset(line), c2) : { along: 0, rad: 0 };
    const [dx, dy] = line?.direction ?? [0, 0];
    const turn = 2 * leverM * Math.sin((rad - done.rad) / 2);
    return Math.hypot(shift[0] - done.along * dx, shift[1] - done.along * dy, turn);
  };

  it.each([
    ['turns it', 0.6, [0, 0], 0.8],
    ['turns it the other way', -0.6, [0, 0], 0.8],
    ['turns it far', 1.5, [0, 0], 0.8],
    ['brings it somewhere', 0, [0.02, 0.02], 0.6],
    ['does both at once', 0.3, [0.01, 0.02], 0.6],
  ] as const)('%s: %d rad and %j m', (_, rad, shift, share) => {
    const found = lines({ ...away, turn: { rad, about: middle, shift } });
    const before = missing(rad, shift);
    const after = found.map((line) => missing(rad, shift, line));
    expect(mean(after)).toBeLessThan(share * before);
    expect(after.filter((left) => left < before).length / COUNT).toBeGreaterThan(0.95);
    // Not always the same push.
    expect(Math.max(...after)).toBeGreaterThan(1.2 * Math.min(...after));
  });

  it('turns it from all sides', () => {
    const found = lines({ ...away, turn: { rad: 1, about: middle, shift: [0, 0] } });
    for (const d of [0, 1]) expect(mean(found.map(({ direction }) => direction[d]))).toBeCloseTo(0, 1);
  });

  it('knows about which place it should turn: turned about one above its middle, it has to go to the right', () => {
    const about = [middle[0], middle[1] + 0.05] as const;
    const found = lines({ ...away, turn: { rad: 0.5, about, shift: [0, 0] } });
    expect(mean(found.map(({ direction: [x] }) => x))).toBeGreaterThan(0.6);
  });

  it('keeps off the ends, and goes no farther than it can before it slides off', () => {
    for (const line of lines({ ...away, turn: { rad: 2, about: middle, shift: [0, 0] } })) {
      const sides = line.footprint.map(([x, y]) => y * line.direction[0] - x * line.direction[1]);
      expect(Math.min(...sides)).toBeLessThan(-0.0029);
      expect(Math.max(...sides)).toBeGreaterThan(0.0029);
      expect(Math.abs(slide(line.distance, offset(line), c2).rad)).toBeLessThan(0.8 + 1e-9);
    }
  });
});
