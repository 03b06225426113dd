import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import {
  appearAt,
  fromCut,
  mapConstants,
  mapPoints,
  projectPoints,
  pushFrame,
  type Homography,
  type PushFrame,
} from '../../src/model/push-frame.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import type { Pixel } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';
import { testRig } from '../fixtures/rig.ts';

/** A camera at (0, -0.43, 0.6) that looks at the table's origin. */
const { projection } = testRig({ height: 48, width: 64 });
const camera = tf.tensor2d([...projection.matrix], [1, 12]);
/** The plane is not at the height to which the gripper goes. */
const PLANE_M = 0.02;
const TO: Vector3 = [0.05, -0.01, 0.035];
const LENGTH_M = 0.05;

/** The frame of a push that arrives at TO in direction `angle`. */
function pushAlong(angle: number, mirror = 1): PushFrame {
  const from = [TO[0] - LENGTH_M * Math.cos(angle), TO[1] - LENGTH_M * Math.sin(angle), 0.04];
  return pushFrame(camera, tf.tensor2d([from]), tf.tensor2d([[...TO]]), tf.tensor2d([[mirror]]), PLANE_M);
}

/** The table's point that lies `ahead` of where such a push arrives, and to its `left`. */
function pointBy(angle: number, ahead: number, left: number, z = PLANE_M): Vector3 {
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  return [TO[0] + ahead * ux - left * uy, TO[1] + ahead * uy + left * ux, z];
}

const numbers = (x: Tensor): number[] => [...x.dataSync()];
const homogeneous = (p: number, q: number): Tensor => tf.tensor2d([p, q, 1], [3, 1]);
const pixelOf = (frame: PushFrame, u: number, v: number): number[] =>
  numbers(mapConstants(frame.toPixel, homogeneous(u, v)));
const placeOf = (fromPixel: Homography, { row, col }: Pixel): number[] =>
  numbers(mapConstants(fromPixel, homogeneous(row, col)));

const about = (values: readonly number[], digits: number): number[] =>
  values.map((value) => expect.closeTo(value, digits) as number);
/** Within half a millimetre: a motion's direction is off by a tenth of one, so that every motion has one. */
const near = (...metres: number[]): number[] => about(metres, 3);
const nearPixel = ({ row, col }: Pixel): number[] => about([row, col], 1);

const DIRECTIONS = [0, Math.PI / 2, 2.4, -1.9];

describe('the push frame', () => {
  it('begins where the gripper arrives, on its plane', () => {
    expect(pixelOf(pushAlong(0.7), 0, 0)).toEqual(nearPixel(project(projection, [TO[0], TO[1], PLANE_M])));
  });

  it.each(DIRECTIONS)('has its axes along the push and to the left of it: %f rad', (angle) => {
    const frame = pushAlong(angle);
    for (const [u, v] of [
      [0.06, 0],
      [0, 0.05],
      [-0.04, -0.07],
    ]) {
      expect(pixelOf(frame, u, v)).toEqual(nearPixel(project(projection, pointBy(angle, u, v))));
    }
    expect(numbers(frame.u)).toEqual(about([Math.cos(angle), Math.sin(angle)], 2));
    expect(numbers(frame.v)).toEqual(about([-Math.sin(angle), Math.cos(angle)], 2));
    expect(numbers(frame.length)).toEqual(near(LENGTH_M));
  });

  it('is the same for pushes in all directions: what stands ahead and to the left is there in each', () => {
    for (const angle of DIRECTIONS) {
      const { fromPixel } = pushAlong(angle);
      const seen = project(projection, pointBy(angle, 0.06, 0.025));
      expect(placeOf(fromPixel, seen)).toEqual(near(0.06, 0.025));
    }
  });

  it('has left and right exchanged in the mirror', () => {
    const mirrored = pushAlong(2.4, -1);
    expect(pixelOf(mirrored, 0.06, 0.025)).toEqual(
      nearPixel(project(projection, pointBy(2.4, 0.06, -0.025))),
    );
    const seen = project(projection, pointBy(2.4, 0.06, 0.025));
    expect(placeOf(mirrored.fromPixel, seen)).toEqual(near(0.06, -0.025));
    expect(numbers(mirrored.v)).toEqual(numbers(tf.neg(pushAlong(2.4).v)));
  });

  it('finds back from the pixel to the place, for each push of a batch', () => {
    const from = tf.tensor2d([[0, 0, 0.02], [0.1, 0.05, 0.06]]); // prettier-ignore
    const to = tf.tensor2d([[0.03, 0.02, 0.02], [0.07, 0.08, 0.03]]); // prettier-ignore
    const { toPixel, fromPixel } = pushFrame(camera, from, to, tf.tensor2d([[1], [-1]]), PLANE_M);
    // u of three points of each push, then their v.
    const places = [-0.08, 0, 0.15, 0.02, -0.03, 0.1, 0.09, 0, -0.06, -0.1, 0.01, 0.04];
    const pixels = mapPoints(toPixel, tf.tensor3d(places, [2, 2, 3]));
    expect(numbers(mapPoints(fromPixel, pixels))).toEqual(about(places, 5));
    expect(pixels.shape).toEqual([2, 2, 3]);
  });

  it('of a cut of the picture reads pixels that are counted from its corner', () => {
    const { fromPixel } = pushAlong(-1.9);
    const [row, col] = [19, 30];
    const cut = fromCut(fromPixel, tf.tensor2d([[12, 25]]));
    const expected = placeOf(fromPixel, { row, col });
    expect(placeOf(cut, { row: row - 12, col: col - 25 })).toEqual(about(expected, 5));
    expect(Math.hypot(...expected)).toBeGreaterThan(0.02);
  });

  it('of a gripper that rests is as good as any, and of numbers', () => {
    const rest = tf.tensor2d([[...TO]]);
    const frame = pushFrame(camera, rest, rest, tf.ones([1, 1]), PLANE_M);
    expect(numbers(frame.u)).toEqual([expect.closeTo(1, 3), 0]);
    expect(numbers(frame.length)[0]).toBeLessThan(2e-4);
    expect(pixelOf(frame, 0.06, 0.025)).toEqual(nearPixel(project(projection, pointBy(0, 0.06, 0.025))));
    expect(numbers(frame.fromPixel).every(Number.isFinite)).toBe(true);
  });
});

describe('what the camera sees', () => {
  it('is projected as the rig does', () => {
    const points: Vector3[] = [[0.07, -0.03, 0.05], [-0.1, 0.09, 0]]; // prettier-ignore
    const pixels = projectPoints(tf.tile(camera, [2, 1]), tf.tensor2d(points.map((point) => [...point])));
    const expected = points.map((point) => project(projection, point)).flatMap(({ row, col }) => [row, col]);
    expect(numbers(pixels)).toEqual(about(expected, 4));
  });

  it('appears, when it is raised, as far behind as its ray takes to come down to the plane', () => {
    const angle = 2.4;
    const appears = (z: number): number[] =>
      numbers(appearAt(pushAlong(angle), camera, tf.tensor2d([[...pointBy(angle, 0.05, 0.02, z)]])));
    expect(appears(PLANE_M)).toEqual(near(0.05, 0.02));
    // Seen from (0, -0.43, 0.6), a point at 8 cm covers what lies farther away by (0.6 - 0.02) / (0.6 - 0.08).
    const [x, y] = pointBy(angle, 0.05, 0.02);
    const farther = 0.58 / 0.52;
    const covered = [x * farther, -0.43 + (y + 0.43) * farther];
    const offset = [covered[0] - TO[0], covered[1] - TO[1]];
    const ahead = offset[0] * Math.cos(angle) + offset[1] * Math.sin(angle);
    const left = -offset[0] * Math.sin(angle) + offset[1] * Math.cos(angle);
    expect(appears(0.08)).toEqual(near(ahead, left));
    expect(covered[1]).toBeGreaterThan(y + 0.04); // away from the camera
  });
});
