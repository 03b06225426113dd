import { expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { gripperMaps, gripperStep, moveTip, projectPoints } from '../../src/model/gripper.ts';
import { applyAction, type Vector3 } from '../../src/spec/action.ts';
import { project } from '../../src/spec/projection.ts';
import { testRig } from '../fixtures/rig.ts';

const rig = testRig({ height: 48, width: 64 });
const camera = tf.tensor2d([...rig.projection.matrix], [1, 12]);

it('projects as the rig does', () => {
  const point: Vector3 = [0.07, -0.03, 0.05];
  const [row, col] = projectPoints(camera, tf.tensor2d([[...point]])).dataSync();
  const expected = project(rig.projection, point);
  expect(row).toBeCloseTo(expected.row, 4);
  expect(col).toBeCloseTo(expected.col, 4);
});

it('moves the tip as a robot with this rig would, workspace included', () => {
  const from: Vector3 = [0.19, 0, 0.09];
  const action = [0.8, -1, 0.5];
  const moved = moveTip(tf.tensor2d([[...from]]), tf.tensor2d([action]), rig.action.scale, rig.workspace);
  const { target } = applyAction(rig.action, rig.workspace, from, action);
  moved.dataSync().forEach((value, d) => expect(value).toBeCloseTo(target[d], 6));
});

it('marks where the gripper is and goes, along the swept segment, and how high it is', () => {
  const from = tf.tensor2d([[0, 0, 0.1]]);
  const to = tf.tensor2d([[0.04, 0, 0.02]]);
  const step = gripperStep(camera, from, to, 0.02);
  const pixel = step.from.dataSync();
  const centre = tf.mul(tf.add(step.from, step.to), 0.5).dataSync();
  const cells = tf.tensor4d([pixel[0], pixel[1], centre[0], centre[1]], [1, 1, 2, 2]);
  const maps = gripperMaps(step, cells).arraySync() as number[][][][];
  const [atStart, halfway] = maps[0][0];
  expect(atStart[0]).toBeCloseTo(1, 5); // the blob at the present place
  expect(atStart.slice(1, 3)).toEqual([0, 0]); // no offset there
  expect(atStart[6]).toBeCloseTo(1, 5); // the sweep starts there
  expect(halfway[6]).toBeCloseTo(1, 4); // and passes here
  expect(halfway[0]).toBeCloseTo(halfway[3], 4); // as far from the one as from the other
  expect(halfway.slice(7, 9)).toEqual([expect.closeTo(2, 5), expect.closeTo(0.4, 5)]); // heights in 5 cm
  const start = project(rig.projection, [0, 0, 0.1]);
  const tipOffset = Math.hypot(start.row - pixel[0], start.col - pixel[1]);
  expect(tipOffset).toBeGreaterThan(3); // a lifted tip is seen away from where it would come down
  expect(atStart[9]).toBeCloseTo(Math.exp(-(tipOffset ** 2) / (2 * 1.5 ** 2)), 3);
});
