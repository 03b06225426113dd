import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../../src/compute/onnx-engine.ts';
import { tf } from '../../src/compute/tfjs.ts';
import { cameraMatrix } from '../../src/model/camera-matrix.ts';
import { expectedPixels } from '../../src/model/distribution.ts';
import { step, type Context, type Latent, type Predictor, type Weights } from '../../src/model/predictor.ts';
import { createPredictor } from '../../src/model/registry.ts';
import { so101 } from '../../src/sim/so101.ts';
import { project } from '../../src/spec/projection.ts';
import type { Rig } from '../../src/spec/rig.ts';
import { predictorContract, randomContext, weightTensors } from '../contract/predictor.ts';
import { picture, square, TABLE_COLOUR, waves } from '../fixtures/batch.ts';
import {
  handMadeTensors,
  moveBy,
  SMALL_FRAME,
  SMALL_NETWORK,
  SMALL_PREDICTOR,
  SMALL_RIG,
  straightDown,
  turnBy,
} from '../fixtures/hand-made.ts';

const [frame, rig, predictor] = [SMALL_FRAME, SMALL_RIG, SMALL_PREDICTOR];

predictorContract(() => ({ predictor, rig }));

const context = randomContext(predictor, rig, 1);
const TIP = [0.013, -0.006, 0.02] as const;
const still = tf.zeros([1, 3]);

/** Where a pixel is expected after one step. */
function whereIs(
  weights: Weights,
  pixel: readonly number[],
  action: Tensor = still,
  seen: Context = context,
): [number, number] {
  const latent = step(predictor, weights, predictor.encode(weights, seen), action);
  const { now } = predictor.carry(predictor.designate(tf.tensor3d([[[...pixel]]])), latent);
  return [...expectedPixels(now, frame).dataSync()] as [number, number];
}
const mirrored = (seen: Context): Context => ({ ...seen, mirror: tf.neg(seen.mirror) });
/** Within a tenth of a pixel: distributions are read at every second one. */
function expectNear(found: readonly number[], expected: readonly number[]): void {
  const away = Math.hypot(found[0] - expected[0], found[1] - expected[1]);
  if (away > 0.1) expect.fail(`expected pixel (${expected.join(', ')}), got (${found.join(', ')})`);
}

describe('rigid motions, weights set by hand', () => {
  it('"still" keeps every pixel', () => {
    const weights = handMadeTensors('still');
    const painted = predictor.paint(step(predictor, weights, predictor.encode(weights, context), still));
    expect(tf.max(tf.abs(tf.sub(painted, context.frame))).dataSync()[0]).toBeLessThan(0.02);
  });

  it('a shift moves what is in the square by so much', () => {
    expectNear(whereIs(handMadeTensors('first motion', moveBy(-2, 4)), [12, 15]), [10, 19]);
  });

  it('a shift is along the push and to its left, wherever the push goes', () => {
    const towardsCamera = tf.tensor2d([[0, -1, 0]]);
    const along = handMadeTensors('first motion', moveBy(0, 2));
    expectNear(whereIs(along, [14, 15], towardsCamera), [16, 15]);
    const toTheLeft = handMadeTensors('first motion', moveBy(-2, 0));
    expectNear(whereIs(toTheLeft, [14, 15], towardsCamera), [14, 17]);
  });

  it('in the mirror left is right', () => {
    const weights = handMadeTensors('first motion', moveBy(-2, 4));
    expectNear(whereIs(weights, [12, 15], still, mirrored(context)), [14, 19]);
  });

  /** A thing of 4 x 4 pixels about (row, col), on a table of one colour. */
  function seeThing(row: number, col: number): Context {
    const shape = [1, frame.height, frame.width, 3];
    const plate = tf.tensor(
      picture(() => TABLE_COLOUR),
      shape,
    );
    const seen = tf.tensor(square(row - 1.5, col - 1.5, [0.8, 0.2, 0.3]), shape);
    return { ...context, frame: seen, plate, behind: plate };
  }

  describe('what stands on the table', () => {
    // Of another colour than the table in rows 9 to 12 and columns 16 to 19.
    const encoded = predictor.encode(handMadeTensors('still'), seeThing(10.5, 17.5));
    /** How much of an object is seen at each of the pixels. */
    const objectAt = (latent: Latent, ...places: readonly (readonly number[])[]): number[] => [
      ...predictor.objectAt(latent, tf.tensor3d([places.map((place) => [...place])])).dataSync(),
    ];
    const after = (weights: Weights): Latent => step(predictor, weights, encoded, still);

    it('is an object by its colour: inside 1, half at its edge, on the table 0', () => {
      const places = [[10.5, 17.5], [9, 16], [10, 19.5], [8, 17], [10, 22]]; // prettier-ignore
      const expected = [1, 1, 0.5, 0, 0];
      objectAt(encoded, ...places).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 4));
    });

    it('is predicted where the motion takes it, and no longer where it was', () => {
      const moved = after(handMadeTensors('first motion', moveBy(-2, 4)));
      // Now in rows 7 to 10 and columns 20 to 23.
      const places = [[8.5, 21.5], [8, 23.5], [10.5, 17.5], [12, 18]]; // prettier-ignore
      const expected = [1, 0.5, 0, 0];
      objectAt(moved, ...places).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 2));
    });

    it('is gone where the plate is uncovered', () => {
      const [middle] = objectAt(after(handMadeTensors('uncovered')), [10.5, 17.5]);
      expect(middle).toBeLessThan(0.15); // the sigmoid of 2
    });
  });

  describe('a turn', () => {
    const [row, col] = [10.5, 17.5];
    const seen = seeThing(row, col);
    const angle = 0.45;
    const weights = handMadeTensors('first motion', turnBy(angle));

    /** The pixel turned by so much counterclockwise about the centre of what the motion claims. */
    function turned(pixel: readonly number[], by: number): number[] {
      const tip = project(rig.projection, [TIP[0], TIP[1], SMALL_NETWORK.contactHeightM]);
      // Cells are as large as pixels, so that 16 cells' worth of thing is claimed; one more at the tip keeps the
      // centre of nothing at all a number.
      const claimed = 16 / (16 + 1);
      const centre = [tip.row + claimed * (row - tip.row), tip.col + claimed * (col - tip.col)];
      const [down, right] = [pixel[0] - centre[0], pixel[1] - centre[1]];
      const [cos, sin] = [Math.cos(by), Math.sin(by)];
      return [centre[0] + cos * down - sin * right, centre[1] + sin * down + cos * right];
    }
    const pixels = [[10.5, 20], [7, 17.5], [14, 15], [10.5, 17.5]]; // prettier-ignore

    it('is about the centre of the thing that moves', () => {
      for (const pixel of pixels) {
        expectNear(whereIs(weights, pixel, still, seen), turned(pixel, angle));
      }
    });

    it('goes the other way round in the mirror', () => {
      for (const pixel of pixels) {
        expectNear(whereIs(weights, pixel, still, mirrored(seen)), turned(pixel, -angle));
      }
    });

    it('is the same wherever the push goes', () => {
      // From beside to where it rested before, so that only the direction is new.
      const action = [-0.6, 0.7, 0];
      const from = TIP.map((x, d) => x - action[d] * rig.action.scale[d]);
      const pushed = { ...seen, tip: tf.tensor2d([from]) };
      for (const pixel of pixels) {
        const found = whereIs(weights, pixel, tf.tensor2d([action]), pushed);
        expectNear(found, turned(pixel, angle));
      }
    });
  });

  it('outside of the square nothing moves, inside the cut of the picture or not', () => {
    const weights = handMadeTensors('first motion', moveBy(0, 3));
    expectNear(whereIs(weights, [12, 28]), [12, 28]);
    // The square of a push to the upper right stands on its corner, in a cut that does not.
    const diagonal = tf.tensor2d([[0.5, 0.5, 0]]);
    const { flow } = predictor.change(step(predictor, weights, predictor.encode(weights, context), diagonal));
    const flowAt = ([row, col]: readonly number[]): number[] => [
      ...tf.slice(flow, [0, row, col, 0], [1, 1, 1, 2]).dataSync(),
    ];
    const outside = [[0, 0], [0, 15], [15, 0], [15, 15]]; // prettier-ignore
    for (const pixel of outside) expect(Math.hypot(...flowAt(pixel))).toBe(0);
    const inside = [[7, 7], [2, 7], [7, 13], [4, 4]]; // prettier-ignore
    for (const pixel of inside) {
      expect(flowAt(pixel)).toEqual([expect.closeTo(-3, 3), expect.closeTo(0, 3)]);
    }
  });

  it('what is uncovered shows the plate, all over the square', () => {
    const weights = handMadeTensors('uncovered');
    const latent = step(predictor, weights, predictor.encode(weights, context), still);
    const { painted, index } = predictor.change(latent);
    const rows = (picture: Tensor): Tensor => tf.gather(picture.reshape([-1, 3]), index as Tensor1D);
    // The outermost pixels of the cut may lie outside of the square.
    const inner = (part: Tensor): Tensor =>
      tf.slice(part.reshape([1, 16, 16, 3]), [0, 1, 1, 0], [1, 14, 14, 3]);
    const apart = (from: Tensor): number =>
      tf.max(tf.abs(tf.sub(inner(painted), inner(rows(from))))).dataSync()[0];
    expect(apart(context.plate)).toBeLessThan(0.15); // the sigmoid of 2
    expect(apart(context.frame)).toBeGreaterThan(0.5);
  });
});

describe('how a prediction changes with the action', () => {
  it('is known for a push that is turned aside: what it moves turns with it', () => {
    // To between pixels, where reads have no kinks. A radian is 0.8 of sideways action; up is a lower row.
    const weights = handMadeTensors('first motion', moveBy(0.5, 4.5));
    const designated = predictor.designate(tf.tensor3d([[[12, 15]]]));
    const start = predictor.encode(weights, context);
    const place = (d: number) => (action: Tensor) => {
      const { now } = predictor.carry(designated, step(predictor, weights, start, action));
      return tf.slice(expectedPixels(now, frame), [0, 0, d], [1, 1, 1]);
    };
    const push = tf.tensor2d([[0.8, 0, 0]]);
    const found = [0, 1].flatMap((d) => [...tf.grad(place(d))(push).dataSync()]);
    const expected = [0, -4.5 / 0.8, 0, 0, 0.5 / 0.8, 0];
    expected.forEach((slope, i) => expect(Math.abs(found[i] - slope)).toBeLessThan(0.3));
  });

  it('has in it that the network sees something else from there: as finite differences say', () => {
    // The field is the same everywhere, so that nothing jumps from cell to cell; the motion depends on what is seen.
    const random = weightTensors(predictor, 3);
    const weights = {
      ...random,
      'field/weights': tf.zerosLike(random['field/weights']),
      'field/bias': handMadeTensors('first motion')['field/bias'],
      'motion/weights': tf.mul(random['motion/weights'], 20),
    };
    const asPicture = (values: Float32Array): Tensor => tf.tensor(values, [1, frame.height, frame.width, 3]);
    const plate = asPicture(picture(() => TABLE_COLOUR));
    const seen = { ...context, frame: asPicture(square(10, 14, [0.8, 0.2, 0.3])), plate, behind: plate };
    const start = predictor.encode(weights, seen);
    /** How a pixel near the middle of the cut moves, along u and v. */
    const flow = (d: number) => (action: Tensor) =>
      tf.slice(step(predictor, weights, start, action).flow, [0, d, 7 * 16 + 7], [1, 1, 1]);
    const push = [0.43, 0.21, 0.1];
    const small = 0.0002;
    const found = [0, 1].flatMap((d) => [
      ...tf
        .grad(flow(d))(tf.tensor2d([push]))
        .dataSync(),
    ]);
    const measured = [0, 1].flatMap((d) =>
      push.map((_, i) => {
        const [below, above] = [-small, small].map(
          (change) => flow(d)(tf.tensor2d([push.map((a, j) => (i === j ? a + change : a))])).dataSync()[0],
        );
        return (above - below) / (2 * small);
      }),
    );
    // Reads have kinks at whole pixels and the network at zero: differences over a few of them are a little off.
    const apart = Math.hypot(...found.map((slope, k) => slope - measured[k]));
    expect(apart / Math.hypot(...measured)).toBeLessThan(0.1);
  });
});

describe('whatever the weights', () => {
  /** Weights as before training, but with motions large enough to see. */
  function lively(of: Predictor, seed: number): Weights {
    const weights = weightTensors(of, seed);
    return {
      ...weights,
      'field/weights': tf.mul(weights['field/weights'], 5),
      'motion/weights': tf.mul(weights['motion/weights'], 5),
    };
  }

  /** What is seen after two pushes. */
  function predict(of: Predictor, weights: Weights, seen: Context, actions: readonly Tensor[]): Tensor {
    const latent = actions.reduce((l, action) => step(of, weights, l, action), of.encode(weights, seen));
    return of.paint(latent);
  }

  const difference = (a: Tensor, b: Tensor): number => tf.mean(tf.abs(tf.sub(a, b))).dataSync()[0];

  /** Smooth colours, something of it behind the arm, so that everything that a context holds has its part. */
  function wavyContext(of: Predictor, seenBy: Rig): Context {
    const { height, width } = of.frame;
    const cut = (values: Float32Array): Tensor =>
      tf.slice(tf.tensor(values, [1, frame.height, frame.width, 3]), [0, 0, 0, 0], [1, height, width, 3]);
    const arm = tf.pad(tf.ones([1, 5, 4, 1]), [[0, 0], [3, height - 8], [11, width - 15], [0, 0]]); // prettier-ignore
    return {
      frame: cut(waves(0)),
      armMask: arm,
      plate: cut(waves(2)),
      behind: cut(waves(4)),
      tip: tf.tensor2d([[...TIP]]),
      camera: tf.tensor2d(cameraMatrix(seenBy, of.frame), [1, 12]),
      mirror: tf.ones([1, 1]),
    };
  }
  /** Colours are read where places fall on pixels, which is never quite alike: a share of what changes. */
  const SAMPLING = 0.03;
  const pushes = [tf.tensor2d([[0.7, 0.3, 0]]), tf.tensor2d([[0.4, -0.6, 0.2]])]; // prettier-ignore

  it.each([1, 2, 4])('a mirrored world is predicted as the mirror image: weights %i', (seed) => {
    const weights = lively(predictor, seed);
    const seen = wavyContext(predictor, rig);
    const flip = (picture: Tensor): Tensor => tf.reverse(picture, 2);
    const flipX = (vector: Tensor): Tensor => tf.mul(vector, tf.tensor2d([[-1, 1, 1]]));
    const mirror: Context = {
      frame: flip(seen.frame),
      armMask: flip(seen.armMask),
      plate: flip(seen.plate),
      behind: flip(seen.behind),
      tip: flipX(seen.tip),
      camera: seen.camera, // looks straight down on x = 0, as the arm stands there
      mirror: tf.neg(seen.mirror),
    };
    const plain = predict(predictor, weights, seen, pushes);
    const reflected = predict(predictor, weights, mirror, pushes.map(flipX));
    const change = difference(plain, seen.frame);
    expect(change).toBeGreaterThan(0.01);
    expect(difference(flip(reflected), plain)).toBeLessThan(SAMPLING * change);
    // Without the sign it would be another prediction.
    const unaware = predict(predictor, weights, { ...mirror, mirror: seen.mirror }, pushes.map(flipX));
    expect(difference(flip(unaware), plain)).toBeGreaterThan(0.3 * change);
  });

  it.each([1, 2, 3])('a push turned by 90 degrees is predicted as the turned picture: weights %i', (seed) => {
    const size = { height: 24, width: 24 };
    const base = { ...rig, frame: size, projection: straightDown(size) };
    const workspace = { low: [-0.2, -0.2, 0.02], high: [0.2, 0.2, 0.1] } as const;
    // The arm stands where the turn takes it, since the network sees its finger.
    const north: Rig = { ...base, workspace, arm: so101([0, 0.25, 0], -Math.PI / 2) };
    const west: Rig = { ...base, workspace, arm: so101([-0.25, 0, 0], 0) };
    const [straight, turned] = [north, west].map((r) =>
      createPredictor({ ...SMALL_NETWORK, frame: size }, r),
    );
    const weights = lively(straight, seed);
    const seen = wavyContext(straight, north);
    // Counterclockwise: what was right is now up.
    const turn = (picture: Tensor): Tensor => tf.reverse(tf.transpose(picture, [0, 2, 1, 3]), 1);
    const turnVector = (vector: Tensor): Tensor => {
      const [x, y, z] = tf.split(vector, 3, 1);
      return tf.concat([tf.neg(y), x, z], 1);
    };
    const quarter: Context = {
      ...seen,
      frame: turn(seen.frame),
      armMask: turn(seen.armMask),
      plate: turn(seen.plate),
      behind: turn(seen.behind),
      tip: turnVector(seen.tip),
    };
    const plain = predict(straight, weights, seen, pushes);
    const after = predict(turned, weights, quarter, pushes.map(turnVector));
    const change = difference(plain, seen.frame);
    expect(change).toBeGreaterThan(0.01);
    expect(difference(after, turn(plain))).toBeLessThan(SAMPLING * change);
  });
});

// With random weights things move a little everywhere; ten actions carry every difference on.
it('rolls with loops between operations as with operations alone', async () => {
  const weights = weightTensors(predictor, 3);
  const values = Object.fromEntries(
    Object.entries({ ...context, actions: tf.randomUniform([3, 4, 3], -1, 1, 'float32', 5) }).map(
      ([name, tensor]) => [name, { shape: tensor.shape, data: tensor.dataSync() as Float32Array }],
    ),
  );
  const specs = Object.fromEntries(
    Object.entries(values).map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }]),
  );
  const engine = createOnnxEngine({ threads: 1 });
  const [pieces, loops] = await Promise.all(
    [false, true].map(async (hosted) => {
      const executable = await engine.compile(
        ({ actions, ...seen }) => {
          const latent = predictor.encode(weights, seen as unknown as Context);
          const [last] = predictor.roll(weights, latent, actions).slice(-1);
          return { pointers: last.pointers };
        },
        specs,
        { hosted },
      );
      const { pointers } = await executable.run(values);
      await executable.dispose();
      return pointers.data;
    }),
  );
  const unmoved = tf.tile(predictor.encode(weights, context).pointers, [3, 1, 1, 1]).dataSync();
  expect(Math.max(...pieces.map((value, i) => Math.abs(value - unmoved[i])))).toBeGreaterThan(0.2);
  pieces.forEach((value, i) => expect(loops[i]).toBeCloseTo(value, 3));
});
