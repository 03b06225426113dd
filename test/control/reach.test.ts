import { expect, it } from 'vitest';
import { outOfReach } from '../../src/control/reach.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { pixelDistance } from '../../src/spec/pixel.ts';
import { project, rescaleProjection } from '../../src/spec/projection.ts';

const frame = { height: 60, width: 80 };
const distribution = { height: 30, width: 40 };
const rig = simRig();
const { shape, data } = outOfReach(rig, { frame, distribution });

/** The value of the cell nearest to a point of the table. */
function at(x: number, y: number): number {
  const { row, col } = project(rescaleProjection(rig.projection, frame), [x, y, 0.02]);
  return data[Math.round(row / 2) * distribution.width + Math.round(col / 2)];
}

it('is nothing where the gripper has room to get behind, and grows beyond', () => {
  expect(shape).toEqual([1, 1200, 1]);
  for (const [x, y] of [[0, 0], [0.14, 0.05], [-0.14, -0.09]]) expect(at(x, y)).toBe(0); // prettier-ignore
  expect(at(0.19, 0)).toBeGreaterThan(at(0.175, 0));
  expect(at(0.175, 0)).toBeGreaterThan(0);
});

it('is the way back in pixels: known answer', () => {
  // The tip reaches x = 18 cm, and 2 cm are for getting behind.
  const camera = rescaleProjection(rig.projection, frame);
  const way = pixelDistance(project(camera, [0.2, 0, 0.02]), project(camera, [0.16, 0, 0.02]));
  expect(Math.abs(at(0.2, 0) - way)).toBeLessThan(1.5);
});
