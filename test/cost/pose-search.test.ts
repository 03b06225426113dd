import { expect, it } from 'vitest';
import { searchPose } from '../../src/cost/pose-search.ts';
import type { TablePose } from '../../src/cost/template.ts';

/** A square thing in the middle of the table, turned by so much: it looks the same four ways round. */
const squareThing = (rad: number) => {
  const cost = ({ x, y, thetaRad }: TablePose): number =>
    Math.min(1, 20 * Math.hypot(x, y) + 0.5 * (1 - Math.cos(4 * (thetaRad - rad))));
  return { coarse: cost, fine: cost };
};
const asItLay = { x: 0, y: 0, thetaRad: 0 };

it('takes a square thing for turned as far as it must have been, where nothing else is known', () => {
  expect(searchPose(squareThing(0.3), [asItLay], 0).pose.thetaRad).toBeCloseTo(0.3, 2);
  // 0.9 one way round is 0.67 the other.
  expect(searchPose(squareThing(0.9), [asItLay], 0).pose.thetaRad).toBeCloseTo(0.9 - Math.PI / 2, 1);
});

/** Pushed hard, a square tower once seemed to have turned the other way, and its points were a quarter turn off for good. */
it('takes it for turned the way it was predicted to, and that no more exactly than it looks', () => {
  const predicted = { x: 0.004, y: 0, thetaRad: 0.6 };
  const { pose } = searchPose(squareThing(0.9), [asItLay, predicted], 0);
  expect(pose.thetaRad).toBeGreaterThan(0.85);
  expect(pose.thetaRad).toBeLessThan(0.92);
});
