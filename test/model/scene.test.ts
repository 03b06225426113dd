import type { Tensor } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import type { Context } from '../../src/model/predictor.ts';
import { objectness, sceneOf, withoutShadows } from '../../src/model/scene.ts';

type Colour = readonly number[];
const TABLE: Colour = [0.5, 0.4, 0.3];
const RED: Colour = [0.8, 0.2, 0.3];
const SHADOW: Colour = TABLE.map((c) => 0.6 * c);
/** Blocks the light altogether: darker than a shadow gets. */
const BLACK: Colour = [0, 0, 0];

/** Pixels side by side. */
const row = (...colours: Colour[]): Tensor => tf.tensor4d(colours.flat(), [1, 1, colours.length, 3]);
const empty = (pixels: number): Tensor => row(...Array.from({ length: pixels }, () => TABLE));
const about = (values: readonly number[]): number[] =>
  values.map((value) => expect.closeTo(value, 3) as number);
const numbers = (x: Tensor): number[] => [...x.dataSync()];

it('takes shadows off the plate and leaves things on it', () => {
  const seen = withoutShadows(row(TABLE, SHADOW, RED, BLACK), empty(4));
  expect(numbers(seen)).toEqual(about([...TABLE, ...TABLE, ...RED, ...BLACK]));
});

it('the scene is what is seen, and what is believed behind the arm', () => {
  const grey: Colour = [0.9, 0.9, 0.9];
  const scene = sceneOf({
    frame: row(RED, grey, grey),
    armMask: tf.tensor4d([0, 1, 0.5], [1, 1, 3, 1]),
    behind: row(TABLE, RED, TABLE),
    plate: empty(3),
  } as Context);
  const half = grey.map((c, i) => (c + TABLE[i]) / 2);
  expect(numbers(scene)).toEqual(about([...RED, ...RED, ...half]));
});

it('what differs little from the plate is no object, what differs much is one, whatever its colour', () => {
  const changed = (by: number, channel: number): Colour => TABLE.map((c, i) => (i === channel ? c + by : c));
  const scene = row(TABLE, changed(0.03, 0), changed(-0.13, 1), changed(0.13, 2), RED, BLACK);
  expect(numbers(objectness(scene, empty(6)))).toEqual(about([0, 0, 1, 1, 1, 1]));
  expect(objectness(scene, empty(6)).shape).toEqual([1, 1, 6, 1]);
});

it('between those, how much of an object there is grows evenly with the largest difference', () => {
  const scene = row([0.56, 0.4, 0.3], [0.5, 0.32, 0.34], [0.44, 0.46, 0.4]);
  expect(numbers(objectness(scene, empty(3)))).toEqual(about([0.25, 0.5, 0.75]));
});
