/** What every predictor keeps, whatever its network. */
import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { cameraMatrix } from '../../src/model/camera-matrix.ts';
import { expectedPixels, normalised } from '../../src/model/distribution.ts';
import { step, type Context, type Predictor, type Weights } from '../../src/model/predictor.ts';
import { seededRandom } from '../../src/spec/random.ts';
import type { Rig } from '../../src/spec/rig.ts';

/** A context of one random picture; the gripper in the middle of the workspace. */
export function randomContext(predictor: Predictor, rig: Rig, seed: number): Context {
  const { height, width } = predictor.frame;
  // Object colours everywhere: green and blue on a red table, so that nothing passes for a shadow.
  const [colours, table] = [seed, seed + 1].map((s) =>
    tf.randomUniform([1, height, width, 1], 0.3, 1, 'float32', s),
  );
  const plate = tf.concat([table, tf.zeros([1, height, width, 2])], 3);
  return {
    frame: tf.concat([tf.zeros([1, height, width, 1]), colours, tf.sub(1, colours)], 3),
    armMask: tf.zeros([1, height, width, 1]),
    plate,
    behind: plate,
    tip: tf.tensor2d([[0.013, -0.006, 0.02]]), // not where rounding to whole pixels would tie
    camera: tf.tensor2d(cameraMatrix(rig, predictor.frame), [1, 12]),
    mirror: tf.ones([1, 1]),
  };
}

/** The network's initial weights as tensors. */
export function weightTensors(predictor: Predictor, seed: number): Weights {
  const values = predictor.initialWeights(seededRandom(seed));
  return Object.fromEntries(
    Object.entries(predictor.weightSpecs()).map(([name, { shape }]) => [
      name,
      tf.tensor(values[name], [...shape]),
    ]),
  );
}

export function predictorContract(make: () => { predictor: Predictor; rig: Rig }): void {
  describe('predictor contract', () => {
    const { predictor, rig } = make();
    const weights = weightTensors(predictor, 1);
    const context = randomContext(predictor, rig, 3);
    const { height, width } = predictor.frame;
    const actions = tf.tensor2d([[0.5, -0.5, 0], [-1, 0.2, 0.4], [0, 0, 0]]); // prettier-ignore
    const middle = tf.tensor3d([[[height / 2, width / 2]]]);
    const numbers = (x: Tensor): number[] => [...x.dataSync()];
    afterAll(() => tf.dispose([weights, context as unknown as Weights]));

    it('has initial weights of the promised shapes, the same for the same seed', () => {
      const values = predictor.initialWeights(seededRandom(5));
      const specs = Object.entries(predictor.weightSpecs());
      expect(Object.keys(values).toSorted()).toEqual(specs.map(([name]) => name).toSorted());
      for (const [name, { shape }] of specs) {
        expect(values[name].length).toBe(shape.reduce((a, b) => a * b, 1));
      }
      expect(predictor.initialWeights(seededRandom(5))).toEqual(values);
      expect(predictor.macs()).toBeGreaterThan(0);
    });

    it('before any step it paints the context frame, and pixels are where they were', () => {
      const latent = predictor.encode(weights, context);
      const painted = numbers(predictor.paint(latent));
      numbers(context.frame).forEach((value, i) => {
        if (Math.abs(painted[i] - value) > 1e-3) expect.fail(`value ${i}: ${painted[i]}, seen ${value}`);
      });
      const { now } = predictor.carry(predictor.designate(middle), latent);
      const [row, col] = numbers(expectedPixels(now, predictor.frame));
      expect(row).toBeCloseTo(height / 2, 0);
      expect(col).toBeCloseTo(width / 2, 0);
    });

    it('designates pixels of each of several observations', () => {
      const places = tf.tensor3d([[[3, 5]], [[height / 2, width / 3]]]); // prettier-ignore
      const { now } = predictor.designate(places);
      expect(now.shape).toEqual([2, predictor.distribution.height, predictor.distribution.width, 1]);
      const found = numbers(expectedPixels(now, predictor.frame));
      numbers(places).forEach((value, i) => expect(found[i]).toBeCloseTo(value, 1));
    });

    it('one observation serves all candidates: each gets what it would have got alone', () => {
      const latent = predictor.encode(weights, context);
      const together = numbers(predictor.paint(step(predictor, weights, latent, actions)));
      const alone = tf
        .split(actions, 3)
        .flatMap((action) => numbers(predictor.paint(step(predictor, weights, latent, action))));
      expect(together.length).toBe(alone.length);
      together.forEach((value, i) => {
        if (Math.abs(value - alone[i]) > 1e-3)
          expect.fail(`value ${i}: ${value} together, ${alone[i]} alone`);
      });
    });

    it('rolls out what steps one after the other come to', () => {
      const start = predictor.encode(weights, context);
      const turned = tf.reverse(actions, 0);
      const rolled = predictor.roll(weights, start, tf.stack([actions, turned], 1));
      const first = step(predictor, weights, start, actions);
      const second = step(predictor, weights, first, turned);
      expect(rolled.length).toBe(2);
      for (const [t, latent] of [first, second].entries()) {
        const apart = tf.max(tf.abs(tf.sub(predictor.paint(rolled[t]), predictor.paint(latent))));
        expect(apart.dataSync()[0]).toBeLessThan(1e-4);
      }
    });

    it('paints colours in 0..1 and carries distributions, nowhere negative, that sum to 1', () => {
      let latent = predictor.encode(weights, context);
      let pixels = predictor.designate(middle);
      for (let t = 0; t < 3; t++) {
        latent = step(predictor, weights, latent, actions);
        pixels = predictor.carry(pixels, latent);
      }
      const painted = predictor.paint(latent);
      expect(painted.shape).toEqual([3, height, width, 3]);
      expect(tf.min(painted).dataSync()[0]).toBeGreaterThanOrEqual(-1e-4);
      expect(tf.max(painted).dataSync()[0]).toBeLessThanOrEqual(1 + 1e-4);
      expect(pixels.now.shape).toEqual([3, predictor.distribution.height, predictor.distribution.width, 1]);
      numbers(tf.sum(normalised(pixels.now), [1, 2])).forEach((sum) => expect(sum).toBeCloseTo(1, 4));
      // Up to a factor, and before anyone divides by their sum: every network leaves a least share everywhere.
      expect(tf.min(pixels.now).dataSync()[0]).toBeGreaterThanOrEqual(0);
    });

    it('says for each candidate how much of an object is seen at its own pixels, in 0..1', () => {
      const [down, right] = [height - 1, width - 1];
      // Corners and beyond: the gripper may leave the picture.
      const places = tf.tensor3d([
        [[0, 0], [down / 2, right / 3]],
        [[down, right], [-3, 2]],
        [[height + 4, width + 9], [0.3 * down, 0.7 * right]],
      ]); // prettier-ignore
      const encoded = predictor.encode(weights, context);
      // First one observation for all of them, then each its own.
      for (const shared of [true, false]) {
        const latent = shared ? encoded : step(predictor, weights, encoded, actions);
        const together = predictor.objectAt(latent, places);
        expect(together.shape).toEqual([3, 2]);
        const values = numbers(together);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(-1e-4);
        expect(Math.max(...values)).toBeLessThanOrEqual(1 + 1e-4);
        const alone = tf.split(places, 3).flatMap((own, n) => {
          const action = tf.slice(actions, [n, 0], [1, 3]);
          const its = shared ? encoded : step(predictor, weights, encoded, action);
          return numbers(predictor.objectAt(its, own));
        });
        values.forEach((value, i) => expect(value).toBeCloseTo(alone[i], 3));
      }
    });

    it('says what a step changed: the painted frame, where it points', () => {
      const latent = step(predictor, weights, predictor.encode(weights, context), actions);
      const { painted, index } = predictor.change(latent);
      const whole = predictor.paint(latent).reshape([-1, 3]);
      const part = index === null ? whole : tf.gather(whole, index);
      const expected = numbers(part);
      numbers(painted).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 4));
    });
  });
}
