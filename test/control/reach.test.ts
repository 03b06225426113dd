import { expect, it } from 'vitest';
import { reachMap, type ReachedPoint } from '../../src/control/reach.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { pixelDistance } from '../../src/spec/pixel.ts';
import { project, rescaleProjection } from '../../src/spec/projection.ts';

const frame = { height: 60, width: 80 };
const distribution = { height: 30, width: 40 };
const rig = simRig();
const map = reachMap(rig, { frame, distribution });
/** Of no size, in the middle of nowhere: what the workspace alone allows. */
const point: ReachedPoint = { heightM: 0.02, goal: [0, 0], footprint: [] };
const { shape, data } = map([point]);
const LOST_PX = 20;

/** The value of the cell nearest to a point of the table. */
function at(x: number, y: number, values = data): number {
  const { row, col } = project(rescaleProjection(rig.projection, frame), [x, y, 0.02]);
  return values[Math.round(row / 2) * distribution.width + Math.round(col / 2)];
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
  expect(Math.abs(at(0.2, 0) - LOST_PX - 2 * way(0.16) - 0.6 * way(0.14))).toBeLessThan(2.6 * 1.5);
});

// Tops were once taken to lie half as high: what had slid to the near edge seemed to have a centimetre left.
it('knows that what is higher appears farther away than it is', () => {
  const heights = [0.02, 0.05];
  const two = map(heights.map((heightM) => ({ ...point, heightM })));
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

// A cylinder that was pushed along the near edge turned aside a little with each push, until nothing got behind it any
// more: of 17 tasks of push-far that failed, seven ended like that.
it('an object needs room for the finger beside it: known answer', () => {
  const round = [0, 1, 2, 3].map((k): [number, number] => [
    0.03 * Math.cos((k * Math.PI) / 2),
    0.03 * Math.sin((k * Math.PI) / 2),
  ]);
  const values = map([{ ...point, footprint: round }]).data as Float32Array;
  // The tip reaches y = -13 cm: with 3 cm of object and 1.3 of finger, at -8.7 cm it is lost, at -5.7 cm safe.
  expect(at(0, -0.045, values)).toBe(0);
  expect(at(0, -0.072, values)).toBeGreaterThan(0.3 * LOST_PX);
  expect(at(0, -0.072, values)).toBeLessThan(0.7 * LOST_PX);
  expect(at(0, -0.1, values)).toBeGreaterThan(LOST_PX);
  // Unless it is wanted there; the other edges are as they were.
  const wanted = map([{ ...point, goal: [0.14, -0.087], footprint: round }]).data as Float32Array;
  expect(at(0, -0.072, wanted)).toBe(0);
  expect(at(0, 0.09, wanted)).toBe(at(0, 0.09, values));
});
