import { beforeAll, describe, expect, it } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs';
import type { Engine, Executable, Tensors, Values } from '../../src/compute/compute.ts';
import { createEagerEngine } from '../../src/compute/eager-engine.ts';
import { createOnnxEngine } from '../../src/compute/onnx-engine.ts';
import { tf } from '../../src/compute/tfjs.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { OBJECTIVE_DEFAULTS, predictionLoss, warmUp } from '../../src/training/objective.ts';
import {
  batchSpecs,
  compileTrainingStep,
  initialState,
  type TrainingState,
  type TrainingStep,
} from '../../src/training/training-step.ts';
import { wavesBatch } from '../fixtures/batch.ts';
import { SMALL_FRAME, SMALL_PREDICTOR } from '../fixtures/hand-made.ts';

const batch = wavesBatch();
const fresh = (): TrainingState =>
  initialState(SMALL_PREDICTOR, SMALL_PREDICTOR.initialWeights(seededRandom(3)));
const config = { batch: 2, horizon: 2, clipNorm: 1, objective: OBJECTIVE_DEFAULTS };
const onnx = createOnnxEngine();

const largest = (numbers: Iterable<number>): number => Math.max(...Array.from(numbers, Math.abs));

/** Largest difference of two sets of values, as a fraction of the largest value of each tensor. */
function worstRelativeError(found: Values, expected: Values): number {
  return largest(
    Object.entries(expected).map(([name, { data }]) => {
      const differences = Array.from(data, (x, i) => found[name].data[i] - x);
      return largest(differences) / Math.max(1e-30, largest(data));
    }),
  );
}

it('describes the batch that it takes', () => {
  const specs = batchSpecs(SMALL_FRAME, 2, 2);
  const shapes = (values: Readonly<Record<string, { readonly shape: readonly number[] }>>) =>
    Object.fromEntries(Object.entries(values).map(([name, { shape }]) => [name, [...shape]]));
  expect(shapes(batch)).toEqual(shapes(specs));
});

describe('one training step as one program', () => {
  let step: TrainingStep;
  beforeAll(async () => {
    step = await compileTrainingStep(onnx, SMALL_PREDICTOR, config);
    return () => step.dispose();
  });

  it('lowers the loss on a batch that is shown again and again', async () => {
    let state = fresh();
    const losses: number[] = [];
    for (let i = 0; i < 30; i++) {
      const result = await step.run(state, batch, 3e-3);
      state = result.state;
      losses.push(result.loss);
      expect(result.gradientNorm).toBeGreaterThan(0);
    }
    expect(state.step).toBe(30);
    expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]);
  });

  it('leaves the state it was given alone, and changes every tensor of the next one', async () => {
    const before = fresh();
    const { state } = await step.run(before, batch, 1e-3);
    expect(before).toEqual(fresh());
    for (const [name, { data }] of Object.entries(state.weights)) {
      const travelled = largest(Array.from(data, (w, i) => w - before.weights[name].data[i]));
      // Adam's first step is the learning rate wherever there is a gradient.
      expect(travelled, name).toBeCloseTo(1e-3, 4);
    }
  });

  it('is the same step on the eager engine', async () => {
    const eager = await compileTrainingStep(
      await createEagerEngine({ backend: 'cpu' }),
      SMALL_PREDICTOR,
      config,
    );
    const [one, other] = [await step.run(fresh(), batch, 1e-3), await eager.run(fresh(), batch, 1e-3)];
    await eager.dispose();
    expect(one.loss / other.loss).toBeCloseTo(1, 4);
    expect(one.gradientNorm / other.gradientNorm).toBeCloseTo(1, 4);
    expect(worstRelativeError(one.state.first, other.state.first)).toBeLessThan(1e-4);
    expect(worstRelativeError(one.state.second, other.state.second)).toBeLessThan(2e-4);
  });
});

describe('the gradient of the whole model', () => {
  const names = Object.keys(SMALL_PREDICTOR.weightSpecs());
  const weightInputs = (weights: Values): Values =>
    Object.fromEntries(names.map((name) => [`weights/${name}`, weights[name]]));

  /** Loss, and the gradient of every weight when asked for. */
  function compile(engine: Engine, withGradients: boolean): Promise<Executable> {
    const program = (inputs: Tensors): Tensors => {
      const named = (values: readonly Tensor[]) => Object.fromEntries(names.map((n, i) => [n, values[i]]));
      const weights = names.map((name) => inputs[`weights/${name}`]);
      const behind = warmUp(SMALL_PREDICTOR, named(weights), inputs);
      const loss = (...values: Tensor[]) =>
        predictionLoss(SMALL_PREDICTOR, named(values), OBJECTIVE_DEFAULTS, inputs, behind).asScalar();
      if (!withGradients) return { loss: loss(...weights) };
      const { value, grads } = tf.valueAndGrads(loss)(weights);
      return { loss: value, ...named(grads) };
    };
    const specs = Object.fromEntries(
      Object.entries(SMALL_PREDICTOR.weightSpecs()).map(([name, spec]) => [`weights/${name}`, spec]),
    );
    return engine.compile(program, { ...specs, ...batchSpecs(SMALL_FRAME, 2, 2) });
  }

  it('agrees with finite differences of the other engine, layer by layer', async () => {
    const { weights } = fresh();
    const gradients = await compile(await createEagerEngine({ backend: 'cpu' }), true);
    const loss = await compile(onnx, false);
    const slopes = await gradients.run({ ...weightInputs(weights), ...batch });
    const lossAt = async (changed: Values): Promise<number> =>
      (await loss.run({ ...weightInputs(changed), ...batch })).loss.data[0];
    expect(await lossAt(weights)).toBeCloseTo(slopes.loss.data[0], 6);
    for (const name of names) {
      // Along the gradient itself, where the signal is largest beside rounding.
      const slope = slopes[name].data;
      const norm = Math.hypot(...slope);
      const along = async (distance: number): Promise<number> => {
        const data = (weights[name].data as Float32Array).map((w, i) => w + (distance * slope[i]) / norm);
        return lossAt({ ...weights, [name]: { ...weights[name], data } });
      };
      const distance = 0.01;
      const measured = ((await along(distance)) - (await along(-distance))) / (2 * distance);
      expect(measured / norm, name).toBeCloseTo(1, 1);
    }
    await gradients.dispose();
    await loss.dispose();
  });
});
