import { expect, it } from 'vitest';
import { distanceOnTable, distanceToWay } from '../../src/spec/on-table.ts';

it('heights do not count', () => {
  expect(distanceOnTable([0, 0, 5], [3, 4, -7])).toBe(5);
});

it('to a way is to its nearest point, ends included', () => {
  expect(distanceToWay([1, 2], [0, 0, 9], [4, 0, 0])).toBe(2);
  expect(distanceToWay([-3, 4], [0, 0], [4, 0])).toBe(5);
  expect(distanceToWay([7, 4], [0, 0], [4, 0])).toBe(5);
  expect(distanceToWay([3, 4], [0, 0], [0, 0])).toBe(5);
});
