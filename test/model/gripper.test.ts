import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import {
  fingerDirection,
  GRIPPER_CHANNELS,
  GRIPPER_NUMBERS,
  gripperMaps,
  moveTip,
} from '../../src/model/gripper.ts';
import { pushFrame } from '../../src/model/push-frame.ts';
import { so101 } from '../../src/sim/so101.ts';
import { applyAction, type Vector3 } from '../../src/spec/action.ts';
import { handLean, inverseKinematics } from '../../src/spec/inverse-kinematics.ts';
import { forwardKinematics } from '../../src/spec/kinematics.ts';
import { project, unproject } from '../../src/spec/projection.ts';
import { testRig } from '../fixtures/rig.ts';

const rig = testRig({ height: 48, width: 64 });
const camera = tf.tensor2d([...rig.projection.matrix], [1, 12]);
const lean = handLean(rig.arm);
const numbers = (x: Tensor): number[] => [...x.dataSync()];
const about = (values: readonly number[], digits: number): number[] =>
  values.map((value) => expect.closeTo(value, digits) as number);

/** The point so far up the real finger when the arm's tip is at `tip`. */
function upTheFinger(tip: Vector3, byM: number, arm = rig.arm): Vector3 {
  const { links, tip: end } = forwardKinematics(arm, inverseKinematics(arm, tip));
  const wrist = links[3].position;
  const length = Math.hypot(...wrist.map((w, d) => w - end[d]));
  return end.map((e, d) => e + ((wrist[d] - e) * byM) / length) as unknown as Vector3;
}

it('moves the tip as a robot with this rig would, workspace included', () => {
  const from: Vector3 = [0.19, 0, 0.09];
  const action = [0.8, -1, 0.5];
  const moved = moveTip(tf.tensor2d([[...from]]), tf.tensor2d([action]), rig.action.scale, rig.workspace);
  const { target } = applyAction(rig.action, rig.workspace, from, action);
  expect(numbers(moved)).toEqual(about(target, 6));
});

it.each([
  ['on the table', rig.arm],
  ['raised, beside and turned', so101([0.03, 0.26, 0.02], -1.4)],
])('knows which way the finger leans without solving for the joints: an arm %s', (_, arm) => {
  const tips: Vector3[] = [[0, 0.06, 0.03], [0.15, -0.1, 0.02], [-0.12, 0.02, 0.09]]; // prettier-ignore
  const expected = tips.flatMap((tip) => upTheFinger(tip, 1, arm).map((p, d) => p - tip[d]));
  const found = numbers(fingerDirection(tf.tensor2d(tips.map((tip) => [...tip])), handLean(arm)));
  expect(found).toEqual(about(expected, 4));
});

describe("the gripper's motion", () => {
  const PLANE_M = 0.02;
  const FROM: Vector3 = [-0.02, 0.015, 0.05];
  const TO: Vector3 = [0.02, -0.015, 0.025];
  const LENGTH_M = 0.05;
  /** At this distance a line has fallen to exp(-1/2). */
  const LINE_M = 0.012;
  const FALLEN = Math.exp(-0.5);

  const [start, end] = [FROM, TO].map((tip) => tf.tensor2d([[...tip]]));
  const frame = pushFrame(camera, start, end, tf.ones([1, 1]), PLANE_M);
  const motion = { from: start, to: end, camera, frame };

  /** What is drawn at places (u, v): for each all the channels. */
  function drawnAt(...places: (readonly number[])[]): number[][] {
    const cells = tf.tensor4d(places.flat(), [1, 1, places.length, 2]);
    const { maps } = gripperMaps(motion, cells, lean);
    expect(maps.shape).toEqual([1, 1, places.length, GRIPPER_CHANNELS]);
    return (maps.arraySync() as number[][][][])[0][0];
  }
  const channel = (which: number, ...places: (readonly number[])[]): number[] =>
    drawnAt(...places).map((channels) => channels[which]);

  /** A vector on the table along the motion and to its left. */
  const inFrame = ([x, y]: readonly number[]): [number, number] => [
    (x * (TO[0] - FROM[0]) + y * (TO[1] - FROM[1])) / LENGTH_M,
    (y * (TO[0] - FROM[0]) - x * (TO[1] - FROM[1])) / LENGTH_M,
  ];
  /** Where in the push frame the camera sees a point above the table, by the rig's own projection. */
  function seenAt(point: Vector3): [number, number] {
    const [x, y] = unproject(rig.projection, project(rig.projection, point), PLANE_M);
    return inFrame([x - TO[0], y - TO[1]]);
  }

  it('is swept from where it begins to where it arrives, no farther', () => {
    const along = [[-LENGTH_M, 0], [-0.02, 0], [0, 0]]; // prettier-ignore
    expect(channel(0, ...along)).toEqual(about([1, 1, 1], 2));
    const off = [[-0.02, LINE_M], [-0.02, -LINE_M], [LINE_M, 0], [-LENGTH_M - LINE_M, 0]]; // prettier-ignore
    expect(channel(0, ...off)).toEqual(about(off.map(() => FALLEN), 2)); // prettier-ignore
  });

  it.each([
    ['before', 1, FROM],
    ['after', 2, TO],
  ])('shows the finger where the camera sees it %s', (_, which, tip) => {
    const finger = [0, 0.02, 0.05].map((byM) => seenAt(upTheFinger(tip, byM)));
    expect(channel(which, ...finger)).toEqual(about([1, 1, 1], 2));
    const [[u, v], , [farU, farV]] = finger;
    const length = Math.hypot(farU - u, farV - v);
    const aside = [(-(farV - v) * LINE_M) / length, ((farU - u) * LINE_M) / length];
    const beside = [(u + farU) / 2 + aside[0], (v + farV) / 2 + aside[1]];
    expect(channel(which, beside)).toEqual(about([FALLEN], 1));
    expect(length).toBeGreaterThan(2 * LINE_M); // enough to be a line and no blob
  });

  it('is told in numbers, alike everywhere: heights, length, lean and what height does to places', () => {
    const [root, raised] = [upTheFinger(TO, 1), [TO[0], TO[1], TO[2] + 0.05] as const];
    const leanIn = inFrame([root[0] - TO[0], root[1] - TO[1]]);
    const shift = seenAt(raised).map((place, d) => place - seenAt(TO)[d]);
    const expected = [
      1, // from a height of 5 cm,
      0.5, // to half of that,
      1, // over 5 cm
      ...leanIn,
      ...shift.map((metres) => metres / (0.05 / 3)),
    ];
    const told = gripperMaps(motion, tf.zeros([1, 1, 1, 2]), lean).numbers;
    expect(told.shape).toEqual([1, GRIPPER_NUMBERS]);
    expect(numbers(told)).toEqual(about(expected, 2));
    for (const channels of drawnAt([0.1, -0.07], [0, 0])) {
      expect(channels.slice(3, 3 + GRIPPER_NUMBERS)).toEqual(about(numbers(told), 6));
    }
  });

  it('lies on a map that says where one is', () => {
    const [channels] = drawnAt([0.05, -0.025]);
    expect(channels.slice(-2)).toEqual(about([Math.tanh(1), -Math.tanh(0.5)], 5));
  });

  it('is drawn for each candidate of a batch as it would be alone', () => {
    const [from, to] = [tf.concat([start, end]), tf.concat([end, start])];
    const both = { from, to, camera, frame: pushFrame(camera, from, to, tf.ones([1, 1]), PLANE_M) };
    const cells = tf.tensor4d([-0.03, 0.01, 0.02, 0.03], [1, 1, 2, 2]);
    const { maps, numbers: told } = gripperMaps(both, cells, lean);
    expect(maps.shape).toEqual([2, 1, 2, GRIPPER_CHANNELS]);
    const alone = gripperMaps(motion, cells, lean);
    expect(numbers(maps).slice(0, 2 * GRIPPER_CHANNELS)).toEqual(about(numbers(alone.maps), 5));
    expect(numbers(told).slice(0, GRIPPER_NUMBERS)).toEqual(about(numbers(alone.numbers), 5));
  });
});
