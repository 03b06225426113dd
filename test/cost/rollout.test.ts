import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import {
  COST_DEFAULTS,
  observe,
  paintRollout,
  rolloutCosts,
  type CostConfig,
} from '../../src/cost/rollout.ts';
import { expectedPixels } from '../../src/model/distribution.ts';
import { step, type Context, type Weights } from '../../src/model/predictor.ts';
import { applyAction, type Vector3 } from '../../src/spec/action.ts';
import { pixelDistance, type Pixel } from '../../src/spec/pixel.ts';
import { project, type Projection } from '../../src/spec/projection.ts';
import { randomContext, weightTensors } from '../contract/predictor.ts';
import { picture, square, TABLE_COLOUR } from '../fixtures/batch.ts';
import {
  handMadeTensors,
  moveBy,
  SMALL_FRAME,
  SMALL_PIXEL_M,
  SMALL_PREDICTOR,
  SMALL_RIG,
} from '../fixtures/hand-made.ts';
import { testRig } from '../fixtures/rig.ts';

const numbers = (x: Tensor): number[] => [...x.dataSync()];
/** Cells of the predictor's distributions. */
const CELLS = SMALL_PREDICTOR.distribution.height * SMALL_PREDICTOR.distribution.width;
const context = randomContext(SMALL_PREDICTOR, SMALL_RIG, 5);
const TIP: Vector3 = [0.013, -0.006, 0.02];
const REST = [0, 0, 0];

const pixels = (...list: Pixel[]): Tensor => tf.tensor3d([list.map(({ row, col }) => [row, col])]);

interface Question {
  readonly weights: Weights;
  readonly designated: Tensor;
  readonly goals: Tensor;
  /** All open when not given. */
  readonly open?: Tensor;
  /** Where the points themselves are when not given. */
  readonly back?: Tensor;
  /** Each on an object of its own when not given. */
  readonly together?: Tensor;
  /** Everywhere within reach when not given. */
  readonly outOfReach?: Tensor;
  /** [N][T][3] */
  readonly candidates: number[][][];
  readonly inFlight?: number[];
  readonly config?: Partial<CostConfig>;
  readonly projection?: Projection;
  /** What is seen otherwise than usual. */
  readonly seen?: Partial<Context>;
}

/** Observe, then cost, as a planner would have it. */
function ask({
  weights,
  designated,
  goals,
  open,
  back,
  together,
  outOfReach,
  candidates,
  inFlight = REST,
  config = {},
  projection,
  seen,
}: Question) {
  const observed = observe(SMALL_PREDICTOR, weights, {
    ...context,
    ...seen,
    ...(projection ? { camera: tf.tensor2d([...projection.matrix], [1, 12]) } : {}),
    designated,
    inFlight: tf.tensor2d([inFlight]),
  });
  const inputs = {
    ...observed,
    goals,
    open: open ?? tf.ones([1, goals.shape[1] as number]),
    back: back ?? tf.zeros([1, goals.shape[1] as number]),
    together: together ?? tf.eye(goals.shape[1] as number).expandDims(0),
    outOfReach: outOfReach ?? tf.zeros([1, CELLS, 1]),
    candidates: tf.tensor3d(candidates),
  };
  const { costs, expected } = rolloutCosts(SMALL_PREDICTOR, weights, { ...COST_DEFAULTS, ...config }, inputs);
  return { costs: numbers(costs), expected, observed };
}

/** Mean distance to `goal` of the blob (standard deviation 1.2 pixels) around `centre`, over every second pixel. */
function blobDistance(centre: Pixel, goal: Pixel): number {
  let [sum, weights] = [0, 0];
  for (let row = 0; row < SMALL_FRAME.height; row += 2) {
    for (let col = 0; col < SMALL_FRAME.width; col += 2) {
      const weight = Math.exp(-0.5 * (pixelDistance({ row, col }, centre) / 1.2) ** 2);
      sum += weight * pixelDistance({ row, col }, goal);
      weights += weight;
    }
  }
  return sum / weights;
}

/** How far the gripper at `tip` is from touching `pixel`, pixels. */
function gap(camera: Projection, [x, y, z]: Vector3, pixel: Pixel): number {
  const touch = project(camera, [x, y, 0.02]);
  const pixelsPerMetre = pixelDistance(project(camera, [x + 1e-5, y, 0.02]), touch) / 1e-5;
  return Math.hypot(pixelDistance(touch, pixel), Math.max(0, z - 0.02) * pixelsPerMetre);
}

const plain = { approachWeight: 0, effortWeight: 0 };

describe('the rollout cost', () => {
  const point = { row: 12, col: 9 };
  const goal = { row: 6, col: 17 };

  it.each([
    ['straight down', SMALL_RIG.projection],
    ['aslant', testRig(SMALL_FRAME).projection],
  ])('where nothing moves is distance, way to the point and effort, by hand: seen %s', (_, projection) => {
    const candidates = [
      [REST, REST, REST],
      [[-1, 0, 0], [-1, 0, 0], [-0.5, 0, 0]], // prettier-ignore
      [[1, 0, 1], [1, 0, 0], [0, 1, 0]], // prettier-ignore
    ];
    const { costs } = ask({
      weights: handMadeTensors('still'),
      designated: pixels(point),
      goals: pixels(goal),
      candidates,
      projection,
    });
    candidates.forEach((actions, n) => {
      let tip: Vector3 = TIP;
      const gaps = actions.map((action) => {
        tip = applyAction(SMALL_RIG.action, SMALL_RIG.workspace, tip, action).target;
        return gap(projection, tip, point);
      });
      const effort = actions.reduce((sum, action) => sum + Math.hypot(...action), 0) / actions.length;
      const { approachWeight, nearPx, effortWeight } = COST_DEFAULTS;
      const approach = approachWeight * Math.max(0, Math.min(...gaps) - nearPx);
      expect(costs[n]).toBeCloseTo(blobDistance(point, goal) + approach + effortWeight * effort, 2);
    });
    expect(blobDistance(point, goal)).toBeCloseTo(10, 0);
  });

  it('draws the gripper behind the point, as seen from its goal, and no more once that is reached', () => {
    const weights = handMadeTensors('still');
    const [row, col] = [12, 15];
    const [above, scale] = [SMALL_RIG.projection, 1 / SMALL_PIXEL_M];
    const touch = project(above, [TIP[0], TIP[1], 0.02]);
    const back = 4 / scale;
    const config = { approachWeight: 1, nearPx: 1, effortWeight: 0 };
    const extra = (goalCol: number, backM: number): number => {
      const question = {
        weights,
        designated: pixels({ row, col }),
        goals: pixels({ row, col: goalCol }),
        candidates: [[REST]],
        back: tf.tensor2d([[backM]]),
      };
      return ask({ ...question, config }).costs[0] - ask({ ...question, config: plain }).costs[0];
    };
    const away = (atCol: number): number => Math.hypot(touch.row - row, touch.col - atCol) - 1;
    // A goal to the right is pushed to from the left, and the other way about.
    expect(extra(col + 10, back)).toBeCloseTo(away(col - 4), 1);
    expect(extra(col - 10, back)).toBeCloseTo(away(col + 4), 1);
    expect(extra(col + 10, 0)).toBeCloseTo(away(col), 1);
    expect(extra(col + COST_DEFAULTS.arrivedPx / 2, back)).toBeCloseTo(away(col - 4) / 2, 1);
    expect(extra(col, back)).toBeCloseTo(0, 1);
  });

  const right = handMadeTensors('first motion', moveBy(0, 2));

  it('weighs the last step as it is told', () => {
    const goalPixel = { row: 12, col: 28 };
    // It starts in column 14, and the action in flight moves it, too.
    const distances = [18, 20, 22].map((col) => blobDistance({ row: 12, col }, goalPixel));
    for (const lastStepWeight of [1, 10]) {
      const { costs } = ask({
        weights: right,
        designated: pixels({ row: 12, col: 14 }),
        goals: pixels(goalPixel),
        candidates: [[REST, REST, REST]],
        config: { ...plain, lastStepWeight },
      });
      const [first, second, last] = distances;
      const expected = (first + second + lastStepWeight * last) / (2 + lastStepWeight);
      expect(Math.abs(costs[0] - expected)).toBeLessThan(0.1);
    }
  });

  it('is lower for the candidate that is predicted to bring the point to its goal', () => {
    // Around a resting gripper things move to the right by 2 pixels a step. Where it has left, they stay.
    const staying = Array.from({ length: 3 }, () => REST);
    const leaving = Array.from({ length: 3 }, () => [0, 1, 0]);
    const { costs, expected } = ask({
      weights: right,
      designated: pixels({ row: 17, col: 14 }),
      goals: pixels({ row: 17, col: 22 }),
      candidates: [staying, leaving],
      config: plain,
    });
    const [moved, left] = [numbers(expected)[5], numbers(expected)[11]];
    expect(moved).toBeCloseTo(22, 0);
    expect(left).toBeCloseTo(16, 0); // where the action in flight takes it
    expect(costs[0]).toBeLessThan(costs[1] - 2);
  });

  it('counts being out of reach on top of being away, and nothing of goals already reached when it asks for the gripper', () => {
    const goals = pixels({ row: 17, col: 22 });
    const designated = pixels({ row: 17, col: 14 });
    const candidates = [[REST, REST]];
    const weights = handMadeTensors('still');
    const within = ask({ weights, designated, goals, candidates, config: plain }).costs[0];
    const outOfReach = tf.fill([1, CELLS, 1], 3);
    const far = ask({ weights, designated, goals, candidates, config: plain, outOfReach }).costs[0];
    expect(far - within).toBeCloseTo(3 * COST_DEFAULTS.reachWeight, 3);

    // The gripper is asked to come near the points of open goals only.
    const config = { ...plain, approachWeight: 1 };
    const two = {
      designated: pixels({ row: 17, col: 14 }, { row: 3, col: 3 }),
      goals: pixels({ row: 17, col: 22 }, { row: 3, col: 13 }),
    };
    const [both, second, none] = [[1, 1], [0, 1], [0, 0]].map((open) => ask({ weights, ...two, candidates, config, open: tf.tensor2d([open]) }).costs[0]); // prettier-ignore
    expect(second).toBeGreaterThan(both + 2);
    expect(none).toBeLessThan(both);
  });

  it('of several points is the mean of theirs', () => {
    const [a, b] = [{ row: 8, col: 10 }, { row: 15, col: 20 }]; // prettier-ignore
    const [toA, toB] = [{ row: 8, col: 14 }, { row: 5, col: 25 }]; // prettier-ignore
    const candidates = [[[0.5, 0.2, 0], [0.1, -0.3, 0]]]; // prettier-ignore
    const costOf = (designated: Tensor, goals: Tensor): number =>
      ask({ weights: right, designated, goals, candidates, config: plain }).costs[0];
    const apart = (costOf(pixels(a), pixels(toA)) + costOf(pixels(b), pixels(toB))) / 2;
    expect(costOf(pixels(a, b), pixels(toA, toB))).toBeCloseTo(apart, 4);
  });

  // A cost that counted points alone saw next to nothing gained in the first of two pushes that turn an object in its
  // place: it shifts the object as well, and the arm went to and fro before it.
  it('counts once more what points of one object are off by turning', () => {
    const [a, b] = [{ row: 12, col: 10 }, { row: 12, col: 20 }]; // prettier-ignore
    const together = tf.fill([1, 2, 2], 0.5);
    const extra = (rowsA: number, rowsB: number): number => {
      const goals = pixels({ ...a, row: a.row + rowsA }, { ...b, row: b.row + rowsB });
      const question = {
        weights: handMadeTensors('still'),
        designated: pixels(a, b),
        goals,
        candidates: [[REST, REST]],
      };
      return ask({ ...question, together }).costs[0] - ask(question).costs[0];
    };
    expect(extra(3, 3)).toBeCloseTo(0, 1);
    expect(extra(3, -3)).toBeCloseTo(3 * COST_DEFAULTS.turnWeight, 1);
    expect(extra(4, 0)).toBeCloseTo(2 * COST_DEFAULTS.turnWeight, 1);
  });
});

describe('coming down on top of an object', () => {
  const asPicture = (values: Float32Array): Tensor =>
    tf.tensor(values, [1, SMALL_FRAME.height, SMALL_FRAME.width, 3]);
  const table = asPicture(picture(() => TABLE_COLOUR));
  /** 8 x 8 cm, in rows 10 to 13 and columns 14 to 17: room for the whole finger. */
  const thing = asPicture(square(10, 14, [0.8, 0.2, 0.3]));
  /** Over the middle of the thing, and over its right edge, half of the finger on either side. */
  const [MIDDLE, EDGE] = [[0.013, -0.006], [0.04, -0.006]] as const; // prettier-ignore
  const { landingWeight } = COST_DEFAULTS;

  /** Pixels of cost of the actions over the thing more than of the same over the plain table. */
  function landing(
    [x, y]: readonly [number, number],
    z: number,
    actions: number[][],
    weights = handMadeTensors('still'),
    config: Partial<CostConfig> = {},
  ): number {
    const [over, beside] = [thing, table].map((frame) => {
      const { costs } = ask({
        weights,
        designated: pixels({ row: 12, col: 9 }),
        goals: pixels({ row: 6, col: 17 }),
        candidates: [actions.map(() => REST), actions],
        config,
        seen: { frame, plate: table, behind: table, tip: tf.tensor2d([[x, y, z]]) },
      });
      return costs[1];
    });
    return over - beside;
  }

  it.each([
    ['in one step', 0.05, [[0, 0, -0.5]], 0.02],
    ['in two, the second as far as the workspace goes', 0.05, [[0, 0, -0.5], [0, 0, -0.5]], 0.03],
    ['from above every object: only the part below 5.5 cm counts', 0.09, [[0, 0, -1]], 0.005],
  ])('costs the depth in pixels, weighted: %s', (_name, z, actions, depthM) => {
    expect(landing(MIDDLE, z, actions)).toBeCloseTo((landingWeight * depthM) / SMALL_PIXEL_M, 3);
  }); // prettier-ignore

  it('costs the share of the finger that is over the object, as much as it is told to', () => {
    const onePixelDown = [[0, 0, -0.5]];
    expect(landing(EDGE, 0.05, onePixelDown)).toBeCloseTo(0.5 * landingWeight, 3);
    const config = { landingWeight: 7 };
    expect(landing(MIDDLE, 0.05, onePixelDown, handMadeTensors('still'), config)).toBeCloseTo(7, 3);
  });

  it('costs what stands there before the step, not what stood there when it was seen', () => {
    // Resting, the gripper sees everything around it move to the right by 5 pixels.
    const away = handMadeTensors('first motion', moveBy(0, 5));
    expect(landing(MIDDLE, 0.05, [[0, 0, -0.5]], away)).toBeCloseTo(0, 3);
  });

  it.each([
    ['going up', 0.03, [[0, 0, 1]]],
    ['moving level', 0.03, [[0.3, 0.2, 0]]],
    ['coming down to 6 cm', 0.1, [[0, 0, -1]]],
    ['coming down beside it', 0.05, [[1, 0, 0], [1, 0, 0], [0, 0, -0.5]]],
  ])('is no cost of %s', (_name, z, actions) => {
    expect(landing(MIDDLE, z, actions)).toBeCloseTo(0, 4);
  }); // prettier-ignore
});

describe('an observation shared by all candidates', () => {
  // Random weights, but the first motion chosen everywhere, with a shift and a turn that can be seen.
  const shown = handMadeTensors('first motion', { ...moveBy(0.4, -0.5), turn: 0.15 });
  const weights = {
    ...weightTensors(SMALL_PREDICTOR, 2),
    'field/bias': shown['field/bias'],
    'motion/bias': shown['motion/bias'],
  };
  const designated = pixels({ row: 11, col: 14 }, { row: 7, col: 20 });
  const inFlight = [0.4, -0.2, 0.3];
  const candidates = [
    [[0.5, 0.1, -0.2], [-0.3, 0.8, 0]], // prettier-ignore
    [[-1, 0.2, 0], [0.2, 0.2, 0.2]], // prettier-ignore
  ];

  /** One candidate alone, step by step from the context frame. */
  function direct(actions: readonly (readonly number[])[]) {
    let latent = SMALL_PREDICTOR.encode(weights, context);
    let carried = SMALL_PREDICTOR.designate(designated);
    const frames: number[] = [];
    const expected: number[] = [];
    for (const [t, action] of [inFlight, ...actions].entries()) {
      latent = step(SMALL_PREDICTOR, weights, latent, tf.tensor2d([[...action]]));
      carried = SMALL_PREDICTOR.carry(carried, latent);
      if (t === 0) continue;
      frames.push(...numbers(SMALL_PREDICTOR.paint(latent)));
      expected.push(...numbers(expectedPixels(carried.now, SMALL_FRAME)));
    }
    return { frames, expected };
  }
  const goals = pixels({ row: 5, col: 5 }, { row: 9, col: 9 });
  const { observed, expected } = ask({ weights, designated, goals, candidates, inFlight });

  it('gives the pixels that each candidate alone would give, and those move', () => {
    const alone = candidates.flatMap((actions) => direct(actions).expected);
    numbers(expected).forEach((value, i) => expect(value).toBeCloseTo(alone[i], 3));
    expect(expected.shape).toEqual([2, 2, 2, 2]);
    expect(alone.some((value, i) => Math.abs(value - numbers(designated)[i % 4]) > 0.5)).toBe(true);
  });

  it('says where the pixels are expected, and what is believed, after the action in flight', () => {
    const { expected: after, frames } = (() => {
      const latent = step(
        SMALL_PREDICTOR,
        weights,
        SMALL_PREDICTOR.encode(weights, context),
        tf.tensor2d([inFlight]),
      );
      const { now } = SMALL_PREDICTOR.carry(SMALL_PREDICTOR.designate(designated), latent);
      return { expected: expectedPixels(now, SMALL_FRAME), frames: SMALL_PREDICTOR.paint(latent) };
    })();
    expect(numbers(observed.expected)).toEqual(numbers(after));
    expect(numbers(observed.belief)).toEqual(numbers(frames));
  });

  it('paints what the candidate alone would show', () => {
    const painted = paintRollout(SMALL_PREDICTOR, weights, {
      ...observed,
      candidates: tf.tensor3d([candidates[0]]),
    });
    const { height, width } = SMALL_FRAME;
    expect(painted.frames.shape).toEqual([2, height, width, 3]);
    expect(painted.distributions.shape).toEqual([2, height, width, 2]);
    const alone = direct(candidates[0]).frames;
    numbers(painted.frames).forEach((value, i) => {
      if (Math.abs(value - alone[i]) > 1e-4) expect.fail(`value ${i}: ${value}, alone ${alone[i]}`);
    });
  });
});
