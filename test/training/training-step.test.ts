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
const config = { batch: 2, horizon: 2, shards: 1, clipNorm: 1, objective: OBJECTIVE_DEFAULTS };
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
    for (let i = 0; i < 40; i++) {
      const result = await step.run(state, batch, 3e-3);
      state = result.state;
      losses.push(result.loss);
      expect(result.gradientNorm).toBeGreaterThan(0);
    }
    expect(state.step).toBe(40);
    expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]);
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

describe('a training step in shards', () => {
  const single = { ...config, batch: 1 };

  it('takes the mean of what each part of the batch alone would give', async () => {
    const alone = await compileTrainingStep(onnx, SMALL_PREDICTOR, single);
    const split = await compileTrainingStep(onnx, SMALL_PREDICTOR, { ...config, shards: 2 });
    const window = (b: number): Values =>
      Object.fromEntries(
        Object.entries(batch).map(([name, { shape, data }]) => {
          const size = data.length / 2;
          return [name, { shape: [1, ...shape.slice(1)], data: data.slice(b * size, (b + 1) * size) }];
        }),
      );
    const parts = [await alone.run(fresh(), window(0), 1e-3), await alone.run(fresh(), window(1), 1e-3)];
    const together = await split.run(fresh(), batch, 1e-3);
    await alone.dispose();
    await split.dispose();
    expect(together.loss).toBeCloseTo((parts[0].loss + parts[1].loss) / 2, 6);
    // After one step the first moments are a tenth of the gradient, which is too small to be clipped.
    for (const { gradientNorm } of parts) expect(gradientNorm).toBeLessThan(single.clipNorm);
    const [one, other] = parts.map(({ state }) => state.first);
    const mean = Object.fromEntries(
      Object.entries(one).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float32Array.from(data, (x, i) => (x + other[name].data[i]) / 2) },
      ]),
    );
    expect(worstRelativeError(together.state.first, mean)).toBeLessThan(1e-4);
    expect(worstRelativeError(one, mean)).toBeGreaterThan(0.1);
    expect(together.state.step).toBe(1);
  });

  it('is refused when the batch cannot be split evenly', async () => {
    const uneven = compileTrainingStep(onnx, SMALL_PREDICTOR, { ...single, shards: 2 });
    await expect(uneven).rejects.toThrow('a batch of 1 windows cannot be split into 2 equal shards');
  });
});

describe('the gradient of the whole model', () => {
  // Of one predicted step: what a later one sees is taken as given, so that there the gradient leaves out a part.
  const batch = wavesBatch(1);
  const names = Object.keys(SMALL_PREDICTOR.weightSpecs());
  const weightInputs = (weights: Values): Values =>
    Object.fromEntries(names.map((name) => [`weights/${name}`, weights[name]]));

  /**
   * Layers that start near zero as if trained for a while: beside them the others would hardly matter. Biases of
   * zero would put whatever sees nothing exactly on the kink of its relu, where a gradient is half of itself.
   */
  const livelier = (weights: Values): Values => {
    const random = seededRandom(11);
    return Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => {
        const scale = largest(data) < 0.15 ? 5 : 1;
        const spread = name.endsWith('/bias') ? 0.1 : 0;
        return [name, { shape, data: Float32Array.from(data, (w) => scale * w + spread * random.normal()) }];
      }),
    );
  };

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
    return engine.compile(program, { ...specs, ...batchSpecs(SMALL_FRAME, 2, 1) });
  }

  it('agrees with finite differences of the other engine, layer by layer', async () => {
    const weights = livelier(fresh().weights);
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
      // Short: a step that goes across the kinks of many rectifiers is no slope. Steep ones stand out from rounding sooner.
      const distance = Math.min(0.0015, 1.5e-5 / norm);
      const measured = ((await along(distance)) - (await along(-distance))) / (2 * distance);
      expect(measured / norm, name).toBeCloseTo(1, 1);
    }
    await gradients.dispose();
    await loss.dispose();
  });
});
