import { afterEach, describe, expect, it } from 'vitest';
import type { Engine, Value, Values } from '../../src/compute/compute.ts';
import { createEagerEngine } from '../../src/compute/eager-engine.ts';
import { createOnnxEngine } from '../../src/compute/onnx-engine.ts';
import { together } from '../../src/control/open-goals.ts';
import { outOfReach } from '../../src/control/reach.ts';
import { Rollouts, type Goals } from '../../src/control/rollouts.ts';
import { COST_DEFAULTS } from '../../src/cost/rollout.ts';
import { cameraMatrix } from '../../src/model/camera-matrix.ts';
import type { LoadedModel } from '../../src/model/checkpoint.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { picture, square, TABLE_COLOUR } from '../fixtures/batch.ts';
import {
  handMadeWeights,
  moveBy,
  SMALL_FRAME,
  SMALL_NETWORK,
  SMALL_PIXEL_M,
  SMALL_PREDICTOR,
  SMALL_RIG,
} from '../fixtures/hand-made.ts';

const { height, width } = SMALL_FRAME;
const plate: Value = { shape: [1, height, width, 3], data: picture(() => TABLE_COLOUR) };

function observation(designated: readonly number[]): Values {
  return {
    frame: { ...plate, data: square(10, 12, [0.8, 0.2, 0.3]) },
    armMask: { shape: [1, height, width, 1], data: new Float32Array(height * width) },
    plate,
    behind: plate,
    tip: { shape: [1, 3], data: Float32Array.of(0.013, -0.006, 0.02) },
    camera: { shape: [1, 12], data: cameraMatrix(SMALL_RIG, SMALL_FRAME) },
    designated: { shape: [1, designated.length / 2, 2], data: Float32Array.from(designated) },
    inFlight: { shape: [1, 3], data: new Float32Array(3) },
  };
}

function model(weights: Values): LoadedModel {
  return { network: SMALL_NETWORK, rig: SMALL_RIG, training: {}, weights, predictor: SMALL_PREDICTOR };
}

/** The onnx engine, and the names of what it compiled and of what of it is still open. */
function watched(): Engine & { compiled: string[]; open: Set<string> } {
  const engine = createOnnxEngine({ threads: 1 });
  const compiled: string[] = [];
  const open = new Set<string>();
  return {
    ...engine,
    compiled,
    open,
    async compile(fn, inputs, options) {
      const executable = await engine.compile(fn, inputs, options);
      compiled.push(executable.name);
      open.add(executable.name);
      return {
        ...executable,
        async dispose() {
          await executable.dispose();
          open.delete(executable.name);
        },
      };
    },
  };
}

const opened: Rollouts[] = [];
afterEach(async () => {
  for (const rollouts of opened.splice(0)) await rollouts.dispose();
});
function rolloutsOf(
  weights: Values,
  engine: Engine = createOnnxEngine({ threads: 1 }),
  parts?: number,
): Rollouts {
  const rollouts = new Rollouts(engine, model(weights), COST_DEFAULTS, parts);
  opened.push(rollouts);
  return rollouts;
}

/** Goals that are all still open, (row, col) each. */
const goalsAt = (...pixels: number[]): Goals => ({
  pixels: { shape: [1, pixels.length / 2, 2], data: Float32Array.from(pixels) },
  open: { shape: [1, pixels.length / 2], data: new Float32Array(pixels.length / 2).fill(1) },
  back: { shape: [1, pixels.length / 2], data: new Float32Array(pixels.length / 2) },
  together: together(Array.from({ length: pixels.length / 2 }, () => -1)),
  outOfReach: outOfReach(SMALL_RIG, SMALL_PREDICTOR, pixels.length > 2 ? [0.02, 0.02] : [0.02]),
});
const goal = goalsAt(11.5, 21.5);
/** To the left of the push, 2 pixels. */
const SIDEWAYS = { ahead: 0, left: 2 * SMALL_PIXEL_M, turn: 0 };
const still = (count: number, horizon: number): Float32Array => new Float32Array(count * horizon * 3);

describe('rollouts of a loaded model', () => {
  it('know where a square goes that moves 2 pixels a step: expectation, costs and picture', async () => {
    const rollouts = rolloutsOf(handMadeWeights('first motion', moveBy(0, 2)));
    const observed = await rollouts.observe(observation([11.5, 13.5]));
    expect([...observed.expected]).toEqual([expect.closeTo(11.5, 1), expect.closeTo(15.5, 1)]);
    const [cost] = await rollouts.costs(observed, goal, still(1, 3), 1);
    const [behind] = await rollouts.costs(observed, goalsAt(11.5, 5.5), still(1, 3), 1);
    expect(cost).toBeLessThan(2.2); // 4, 2 and 0 pixels away, the last counting tenfold; and the blob's width
    expect(behind).toBeGreaterThan(12);
    const { frames } = await rollouts.paint(observed, still(1, 2));
    expect(frames.shape).toEqual([2, height, width, 3]);
    const last = square(10, 18, [0.8, 0.2, 0.3]);
    frames.data.subarray(height * width * 3).forEach((value, i) => {
      if (Math.abs(value - last[i]) > 0.01) expect.fail(`value ${i}: ${value}, expected ${last[i]}`);
    });
    const { data, shape } = observed.belief;
    expect(shape).toEqual([1, height, width, 3]);
    const next = square(10, 14, [0.8, 0.2, 0.3]);
    data.forEach((value, i) => {
      if (Math.abs(value - next[i]) > 0.01) expect.fail(`value ${i} of the belief`);
    });
  });

  it('are judged by a wanted picture instead, where there is one', async () => {
    const rollouts = rolloutsOf(handMadeWeights('first motion', moveBy(0, 2)));
    const visible: Value = { shape: [1, height, width, 1], data: new Float32Array(height * width).fill(1) };
    // Tasks differ in how many points an image has moved: a second one's were once asked for with the first one's shapes.
    for (const [designated, goals] of [
      [[11.5, 13.5], goal],
      [[11.5, 13.5, 10.5, 12.5], goalsAt(11.5, 21.5, 10.5, 20.5)],
    ] as const) {
      const observed = await rollouts.observe(observation(designated));
      const costWith = async (col: number): Promise<number> => {
        const picture = { scene: { ...plate, data: square(10, col, [0.8, 0.2, 0.3]) }, visible };
        const [cost] = await rollouts.costs(observed, { ...goals, picture }, still(1, 1), 1);
        return cost;
      };
      // After the action in flight and one more the square is at 16.
      const [there, beside] = [await costWith(16), await costWith(18)];
      expect(beside).toBeGreaterThan(there + 0.5);
    }
  });

  it('are another opinion in the mirror: what goes to the left of the push goes to its right', async () => {
    const rollouts = rolloutsOf(handMadeWeights('first motion', SIDEWAYS));
    const seen = observation([11.5, 13.5]);
    const [plain, mirrored] = [await rollouts.observe(seen), await rollouts.observeInMirror(seen)];
    const [moved, other] = [plain, mirrored].map(({ expected: [row, col] }) => [row - 11.5, col - 13.5]);
    expect(Math.hypot(...moved)).toBeGreaterThan(1.5);
    expect(other).toEqual(moved.map((by) => expect.closeTo(-by, 1) as number));
    // Each goes on by itself.
    const goals = [moved, other].map(([rows, cols]) => goalsAt(11.5 + 3 * rows, 13.5 + 3 * cols));
    for (const [own, seenFrom] of [plain, mirrored].entries()) {
      const [ahead] = await rollouts.costs(seenFrom, goals[own], still(1, 2), 1);
      const [behind] = await rollouts.costs(seenFrom, goals[1 - own], still(1, 2), 1);
      expect(behind).toBeGreaterThan(ahead + 4);
    }
  });

  it('cost the same on both engines', async () => {
    const random = seededRandom(9);
    const values = SMALL_PREDICTOR.initialWeights(seededRandom(4));
    const weights = Object.fromEntries(
      Object.entries(SMALL_PREDICTOR.weightSpecs()).map(([k, { shape }]) => [k, { shape, data: values[k] }]),
    );
    const candidates = Float32Array.from({ length: 5 * 3 * 3 }, () => random.uniform(-1, 1));
    const costs: Float32Array[] = [];
    for (const engine of [createOnnxEngine(), await createEagerEngine({ backend: 'cpu' })]) {
      const rollouts = rolloutsOf(weights, engine);
      const observed = await rollouts.observe(observation([11.5, 13.5]));
      costs.push(await rollouts.costs(observed, goal, candidates, 5));
    }
    const [onnx, eager] = costs;
    expect(onnx).toHaveLength(5);
    onnx.forEach((cost, n) => expect(cost / eager[n]).toBeCloseTo(1, 4));
    expect(new Set(onnx).size).toBe(5);
  });

  it.each([1, 4, 5])('cost %i candidates the same when they are shared out to two threads', async (count) => {
    const random = seededRandom(9);
    const weights = handMadeWeights('first motion', moveBy(0, 1));
    const candidates = Float32Array.from({ length: count * 9 }, () => random.uniform(-1, 1));
    const costs: Float32Array[] = [];
    for (const parts of [1, 2]) {
      const rollouts = rolloutsOf(weights, createOnnxEngine({ threads: 1 }), parts);
      const observed = await rollouts.observe(observation([11.5, 13.5]));
      costs.push(await rollouts.costs(observed, goal, candidates, count));
    }
    expect(costs[1]).toHaveLength(count);
    costs[0].forEach((cost, n) => expect(costs[1][n]).toBeCloseTo(cost, 4));
  });

  it('know the slope of the costs, as finite differences say', async () => {
    const rollouts = rolloutsOf(handMadeWeights('still'));
    const observed = await rollouts.observe(observation([11.5, 13.5]));
    const random = seededRandom(6);
    const candidates = Float32Array.from({ length: 2 * 3 * 3 }, () => random.uniform(-0.5, 0.5));
    const { costs, gradients } = await rollouts.gradients(observed, goal, candidates, 2);
    const small = 0.01;
    // The candidates themselves, then each with one number less and more.
    const moved = [...candidates.keys()].flatMap((i) =>
      [-small, small].map((change) => {
        const from = 9 * Math.floor(i / 9);
        return candidates.slice(from, from + 9).map((a, j) => (from + j === i ? a + change : a));
      }),
    );
    const asked = Float32Array.from([...candidates, ...moved.flatMap((one) => [...one])]);
    const answer = await rollouts.costs(observed, goal, asked, 2 + moved.length);
    costs.forEach((cost, n) => expect(cost).toBeCloseTo(answer[n], 4));
    gradients.forEach((slope, i) => {
      const [below, above] = answer.subarray(2 + 2 * i, 4 + 2 * i);
      expect(slope).toBeCloseTo((above - below) / (2 * small), 2);
    });
    // Where nothing moves, the way to the thing and the effort have slopes.
    expect(Math.max(...gradients.map(Math.abs))).toBeGreaterThan(0.05);
  });

  it('have the same slopes on both engines, whatever the weights', async () => {
    const values = SMALL_PREDICTOR.initialWeights(seededRandom(4));
    const weights = Object.fromEntries(
      Object.entries(SMALL_PREDICTOR.weightSpecs()).map(([k, { shape }]) => [k, { shape, data: values[k] }]),
    );
    const random = seededRandom(9);
    const candidates = Float32Array.from({ length: 2 * 2 * 3 }, () => random.uniform(-0.9, 0.9));
    const found: Float32Array[] = [];
    for (const engine of [createOnnxEngine(), await createEagerEngine({ backend: 'cpu' })]) {
      const rollouts = rolloutsOf(weights, engine);
      const observed = await rollouts.observe(observation([11.5, 13.5]));
      found.push((await rollouts.gradients(observed, goal, candidates, 2)).gradients);
    }
    const [onnx, eager] = found;
    onnx.forEach((slope, i) => expect(slope).toBeCloseTo(eager[i], 3));
    expect(Math.hypot(...onnx)).toBeGreaterThan(0.01);
  });

  it('compile once for each population, horizon and number of pixels', async () => {
    const engine = watched();
    const rollouts = rolloutsOf(handMadeWeights('still'), engine);
    const one = await rollouts.observe(observation([11.5, 13.5]));
    for (let i = 0; i < 3; i++) {
      const observed = await rollouts.observe(observation([11.5, 13.5]));
      await rollouts.costs(observed, goal, still(4, 2), 4);
      await rollouts.costs(observed, goal, still(2, 2), 2);
    }
    expect(engine.compiled).toHaveLength(3);
    const two = await rollouts.observe(observation([11.5, 13.5, 5, 5]));
    const goals = goalsAt(1, 2, 3, 4);
    expect(await rollouts.costs(two, goals, still(4, 2), 4)).toHaveLength(4);
    // An earlier observation of another number of pixels can still be asked about.
    await rollouts.costs(one, goal, still(4, 1), 4);
    expect(engine.compiled).toHaveLength(6);
    expect(new Set(engine.compiled).size).toBe(6);
  });

  it('give everything back when disposed', async () => {
    const engine = watched();
    const rollouts = rolloutsOf(handMadeWeights('still'), engine);
    const observed = await rollouts.observe(observation([11.5, 13.5]));
    await rollouts.costs(observed, goal, still(1, 1), 1);
    await rollouts.paint(observed, still(1, 1));
    expect(engine.open.size).toBe(3);
    await rollouts.dispose();
    expect(engine.open.size).toBe(0);
  });
});
