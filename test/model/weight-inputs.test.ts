import { expect, test } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { weightInputs, weightsOf } from '../../src/model/weight-inputs.ts';

test('weights come back by their own names from among other inputs', () => {
  const weights = { 'look/weights': tf.scalar(1), 'look/bias': tf.scalar(2) };
  const inputs = { frame: tf.scalar(3), ...weightInputs(weights) };
  expect(Object.keys(inputs)).toEqual(['frame', 'weights/look/weights', 'weights/look/bias']);
  const found = weightsOf(inputs);
  expect(Object.keys(found)).toEqual(['look/weights', 'look/bias']);
  expect(found['look/bias']).toBe(weights['look/bias']);
  tf.dispose(inputs);
});
