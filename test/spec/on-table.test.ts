import { expect, it } from 'vitest';
import { distanceOnTable, distanceToWay, rigidMotion, turned } from '../../src/spec/on-table.ts';

it('heights do not count', () => {
  expect(distanceOnTable([0, 0, 5], [3, 4, -7])).toBe(5);
});

it('to a way is to its nearest point, ends included', () => {
  expect(distanceToWay([1, 2], [0, 0, 9], [4, 0, 0])).toBe(2);
  expect(distanceToWay([-3, 4], [0, 0], [4, 0])).toBe(5);
  expect(distanceToWay([7, 4], [0, 0], [4, 0])).toBe(5);
  expect(distanceToWay([3, 4], [0, 0], [0, 0])).toBe(5);
});

it('a rigid motion is found again from its points', () => {
  const from = [
    [0.1, 0],
    [-0.1, 0.02],
    [0, 0.05],
  ] as const;
  const to = from.map((point) => {
    const [x, y] = turned(point, 2.5);
    return [x + 0.3, y - 0.2] as const;
  });
  const motion = rigidMotion(from, to);
  expect(motion.rad).toBeCloseTo(2.5, 9);
  const [x, y] = turned(motion.from, 2.5);
  expect(motion.to[0]).toBeCloseTo(x + 0.3, 9);
  expect(motion.to[1]).toBeCloseTo(y - 0.2, 9);
});

it('one point alone says nothing about a turn', () => {
  expect(rigidMotion([[0.1, 0]], [[0.3, 0.1]])).toEqual({ rad: null, from: [0.1, 0], to: [0.3, 0.1] });
});
