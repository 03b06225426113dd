/** Tips found in pictures of the simulated arm, whose camera is known. */
import { beforeAll, expect, test } from 'vitest';
import { howFarOff } from '../../src/calibration/camera.ts';
import { calibrationPlaces } from '../../src/calibration/calibration-places.ts';
import type { Pose } from '../../src/calibration/align-tip.ts';
import { findTips } from '../../src/calibration/find-tip.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { createWorld } from '../../src/sim/world.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import { inverseKinematics } from '../../src/spec/inverse-kinematics.ts';
import type { Pixel } from '../../src/spec/pixel.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { project, type Projection } from '../../src/spec/projection.ts';

const rig = simRig();
let poses: Pose[];
beforeAll(async () => {
  // Something lies on the table: nobody touches it, so it is a part of the table.
  const world = await createWorld({ seed: 4, objects: 1 });
  poses = calibrationPlaces(rig).map((place): Pose => {
    const jointsRad = inverseKinematics(rig.arm, place);
    world.placeArm(jointsRad);
    return { frame: world.render(rig.frame), jointsRad, tip: world.tip() };
  });
  world.dispose();
});

const apartPx = (a: Pixel, b: Pixel): number => Math.hypot(a.row - b.row, a.col - b.col);

/** How far from the true camera another one sees the corners of the workspace, at most, pixels. */
function farthestPx(projection: Projection): number {
  const { low, high } = rig.workspace;
  const corners = [low[0], high[0]].flatMap((x) =>
    [low[1], high[1]].flatMap((y) => [low[2], high[2]].map((z): Vector3 => [x, y, z])),
  );
  return Math.max(
    ...corners.map((corner) => apartPx(project(projection, corner), project(rig.projection, corner))),
  );
}

test('the camera is found from pictures and kinematics alone, shadows and all', () => {
  const { pixels, solved } = findTips(poses, rig.arm);
  expect(solved.outliers).toEqual([]);
  expect(solved.rmsPx).toBeLessThan(0.3);
  expect(farthestPx(solved.projection)).toBeLessThan(1);
  poses.forEach(({ tip }, i) => {
    expect(apartPx(project(rig.projection, tip), pixels[i])).toBeLessThan(1);
  });
});

// On a table that nobody had cleared the arm shoved something about, and in one picture both were one silhouette. The arm's
// other end, at the top of the pictures, then fitted better than the tip did, and the camera was off by a hundred pixels.
test('something that the arm touches in a picture does not turn the arm around', () => {
  const touching = poses.map((pose, i) => (i === 3 ? withBar(pose) : pose));
  const { solved } = findTips(touching, rig.arm);
  expect(solved.rmsPx).toBeLessThan(0.3);
  expect(farthestPx(solved.projection)).toBeLessThan(1);
});

/** A dark bar leads from the tip to the right and down. */
function withBar(pose: Pose): Pose {
  const { frame, tip } = pose;
  const from = project(rig.projection, tip);
  const data = frame.data.slice();
  for (let k = 0; k < 60; k++) {
    const at = Math.round(from.row + k) * frame.width + Math.round(from.col + k / 4);
    data.fill(20, 3 * at - 6, 3 * at + 9);
  }
  return { ...pose, frame: { ...frame, data } };
}

test('a camera that has moved since is noticed, and one that has not', () => {
  const still = howFarOff(rig, poses);
  expect(still.hasMoved).toBe(false);
  expect(still.rmsPx).toBeLessThan(0.6);
  // Three pixels to the right, wherever it looks: the first row of the matrix, and three times its third.
  const matrix = rig.projection.matrix.map((v, k) => (k < 4 ? v + 3 * rig.projection.matrix[8 + k] : v));
  const moved = howFarOff({ ...rig, projection: { ...rig.projection, matrix } }, poses);
  expect(moved.hasMoved).toBe(true);
  expect(moved.rmsPx).toBeGreaterThan(2.4);
  expect(moved.rmsPx).toBeLessThan(3.6);
});

test('a person may point at a tip; who points at something else is not believed', () => {
  const truth = project(rig.projection, poses[10].tip);
  const given = new Map([
    [10, truth],
    [2, { row: 60, col: 80 }],
  ]);
  const { pixels, solved } = findTips(poses, rig.arm, given);
  expect(pixels[10]).toEqual(truth);
  expect(solved.outliers).toEqual([2]);
  expect(solved.residualsPx[10]).toBeLessThan(1);
  expect(farthestPx(solved.projection)).toBeLessThan(1);
});

test('the camera may stand on any side, and its pictures be noisy', () => {
  const random = seededRandom(3);
  // Upside down, with the grain of a webcam.
  const grainy = (value: number): number =>
    Math.max(0, Math.min(255, Math.round(value + random.uniform(-7, 7))));
  const turnedPoses = poses.map((pose): Pose => {
    const { data } = pose.frame;
    const turned = data.map((_, i) => grainy(data[data.length - 3 * (Math.floor(i / 3) + 1) + (i % 3)]));
    return { ...pose, frame: { ...pose.frame, data: turned } };
  });
  const { solved } = findTips(turnedPoses, rig.arm);
  expect(solved.outliers).toEqual([]);
  const { height, width } = rig.frame;
  for (const { tip } of poses) {
    const { row, col } = project(rig.projection, tip);
    const seen = project(solved.projection, tip);
    expect(apartPx(seen, { row: height - 1 - row, col: width - 1 - col })).toBeLessThan(1);
  }
});
