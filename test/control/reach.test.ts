import { expect, it } from 'vitest';
import { outOfReach } from '../../src/control/reach.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { pixelDistance } from '../../src/spec/pixel.ts';
import { project, rescaleProjection } from '../../src/spec/projection.ts';

const frame = { height: 60, width: 80 };
const distribution = { height: 30, width: 40 };
const rig = simRig();
const { shape, data } = outOfReach(rig, { frame, distribution }, [0.02]);

/** The value of the cell nearest to a point of the table. */
function at(x: number, y: number): number {
  const { row, col } = project(rescaleProjection(rig.projection, frame), [x, y, 0.02]);
  return data[Math.round(row / 2) * distribution.width + Math.round(col / 2)];
}

it('is nothing where the gripper has room to get behind, and grows beyond', () => {
  expect(shape).toEqual([1, 1200, 1]);
  for (const [x, y] of [[0, 0], [0.12, 0.03], [-0.12, -0.07]]) expect(at(x, y)).toBeCloseTo(0, 9); // prettier-ignore
  expect(at(0.19, 0)).toBeGreaterThan(at(0.175, 0));
  expect(at(0.175, 0)).toBeGreaterThan(at(0.15, 0));
  expect(at(0.15, 0)).toBeGreaterThan(0);
});

it('weighs the ways back in pixels: known answer', () => {
  // The tip reaches x = 18 cm; from 16 cm on each pixel counts twice, from 14 cm on six tenths more.
  const camera = rescaleProjection(rig.projection, frame);
  const way = (x: number): number =>
    pixelDistance(project(camera, [0.2, 0, 0.02]), project(camera, [x, 0, 0.02]));
  // A cell is two pixels wide.
  expect(Math.abs(at(0.2, 0) - 2 * way(0.16) - 0.6 * way(0.14))).toBeLessThan(2.6 * 1.5);
});

// Tops were once taken to lie half as high: what had slid to the near edge seemed to have a centimetre left.
it('knows that what is higher appears farther away than it is', () => {
  const heights = [0.02, 0.05];
  const two = outOfReach(rig, { frame, distribution }, heights);
  expect(two.shape).toEqual([1, 1200, 2]);
  const camera = rescaleProjection(rig.projection, frame);
  const of = (point: number, x: number, y: number): number => {
    const { row, col } = project(camera, [x, y, heights[point]]);
    return two.data[2 * (Math.round(row / 2) * distribution.width + Math.round(col / 2)) + point];
  };
  // The same place of the table, at the near edge, counts alike at both heights, in whichever pixel it is seen.
  expect(of(0, 0, -0.12)).toBeGreaterThan(3);
  expect(Math.abs(of(1, 0, -0.12) - of(0, 0, -0.12))).toBeLessThan(3);
  const seen = project(camera, [0, -0.12, 0.05]);
  const cell = Math.round(seen.row / 2) * distribution.width + Math.round(seen.col / 2);
  expect(two.data[2 * cell + 1]).toBeGreaterThan(two.data[2 * cell] + 1);
});
