/**
 * One training step: forward, backward and optimizer, weights and moments in and out; one program, or one for the
 * gradients of a part of the batch and one for the update.
 */
import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import {
  float32,
  type CompileOptions,
  type Engine,
  type Executable,
  type Specs,
  type Tensors,
  type Value,
  type Values,
} from '../compute/compute.ts';
import { releaseKept } from '../compute/kept.ts';
import { ensure } from '../spec/errors.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Predictor } from '../model/predictor.ts';
import { predictionLoss, WARM_UP_STEPS, warmUp, type ObjectiveConfig } from './objective.ts';
import { adam, clipByGlobalNorm } from './optimizer.ts';

/** Weights and moments, and how many steps made them. Where the engine has a device they stay there: see `fetchState`. */
export interface TrainingState {
  readonly step: number;
  readonly weights: Values;
  readonly first: Values;
  readonly second: Values;
}

export interface StepResult {
  readonly state: TrainingState;
  readonly loss: number;
  /** Norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

export interface TrainingStep {
  /**
   * A state that stayed on a device is spent by this: its memory goes to the next one.
   *
   * @param batch see `batchSpecs`
   */
  run(state: TrainingState, batch: Values, learningRate: number): Promise<StepResult>;
  dispose(): Promise<void>;
}

const GROUPS = ['weights', 'first', 'second'] as const;

/** Shapes of a batch of `batch` windows that predict `horizon` steps, after the warm-up. */
export function batchSpecs(frame: FrameSize, batch: number, horizon: number): Specs {
  const { height, width } = frame;
  const steps = WARM_UP_STEPS + horizon;
  return {
    frames: float32(batch, steps + 1, height, width, 3),
    armMask: float32(batch, steps + 1, height, width, 1),
    plate: float32(batch, height, width, 3),
    tips: float32(batch, steps + 1, 3),
    actions: float32(batch, steps, 3),
    camera: float32(batch, 12),
    mirror: float32(batch, 1),
  };
}

/** Fresh weights with zero moments. */
export function initialState(predictor: Predictor, weights: Record<string, Float32Array>): TrainingState {
  const specs = predictor.weightSpecs();
  const values = (data: (name: string) => Float32Array): Record<string, Value> =>
    Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, { shape, data: data(name) }]));
  const zeros = (name: string): Float32Array => new Float32Array(weights[name].length);
  return { step: 0, weights: values((name) => weights[name]), first: values(zeros), second: values(zeros) };
}

/** The same state, all of it here; what had stayed on a device is given back. */
export async function fetchState(engine: Engine, state: TrainingState): Promise<TrainingState> {
  const [weights, first, second] = await Promise.all(GROUPS.map((group) => engine.fetch(state[group])));
  for (const group of GROUPS) releaseKept(state[group]);
  return { step: state.step, weights, first, second };
}

export interface TrainingStepConfig {
  /** B, windows a step, of all shards together. */
  readonly batch: number;
  readonly horizon: number;
  /**
   * Parts of the batch whose gradients are computed at the same time, each in a thread of its own, and averaged. With
   * one, the whole step is one program. Two parts on one thread each are quicker than one on two threads: most
   * operations of a small network are too small to be shared out.
   */
  readonly shards: number;
  readonly clipNorm: number;
  readonly objective: ObjectiveConfig;
}

/** Threads for each shard's engine, of so many for all. */
export function threadsPerShard(threads: number, shards: number): number {
  return Math.max(1, Math.floor(threads / shards));
}

/** Compiles the training step for one batch size and horizon. */
export async function compileTrainingStep(
  engine: Engine,
  predictor: Predictor,
  config: TrainingStepConfig,
): Promise<TrainingStep> {
  const { batch, horizon, shards, clipNorm, objective } = config;
  ensure(
    batch % shards === 0,
    `training: a batch of ${batch} windows cannot be split into ${shards} equal shards`,
  );
  const names = Object.keys(predictor.weightSpecs());
  const stateSpecs = specsOf(predictor, GROUPS);
  const gradientSpecs = specsOf(predictor, ['gradients']);
  const batchShapes = batchSpecs(predictor.frame, batch / shards, horizon);
  const rates: Specs = { step: SCALAR, learningRate: SCALAR };

  /** Loss and gradients of one shard: inputs weights and batch. */
  const differentiate = (tensors: Tensors): Tensors => {
    const weights = pick(tensors, 'weights', names);
    const behind = warmUp(predictor, weights, tensors);
    const lossOf = (...values: Tensor[]): Scalar => {
      const named = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      return predictionLoss(predictor, named, objective, tensors, behind) as Scalar;
    };
    const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => weights[name]));
    return { loss: value, ...Object.fromEntries(names.map((name, i) => [`gradients/${name}`, grads[i]])) };
  };
  /** One update of weights and moments: inputs these, gradients, and the rates. */
  const update = (tensors: Tensors): Tensors => {
    const [weights, first, second] = GROUPS.map((group) => pick(tensors, group, names));
    const { clipped, norm } = clipByGlobalNorm(pick(tensors, 'gradients', names), clipNorm);
    const next = adam({ weights, first, second }, clipped, tensors.step, tensors.learningRate);
    const outputs: Record<string, Tensor> = { gradientNorm: norm };
    for (const group of GROUPS) {
      for (const name of names) outputs[`${group}/${name}`] = next[group][name];
    }
    return outputs;
  };

  const compile = (
    name: string,
    program: (inputs: Tensors) => Tensors,
    inputs: Specs,
    how: Pick<CompileOptions, 'ownThread' | 'kept'> = {},
  ): Promise<Executable> => engine.compile(program, inputs, { name: `${name}, ${horizon} ahead`, ...how });
  const kept = (output: string): boolean => output in stateSpecs;
  const gradientsOf = (): Promise<Executable> =>
    compile(
      'gradients',
      differentiate,
      { ...specsOf(predictor, ['weights']), ...batchShapes },
      { ownThread: true },
    );
  const executables =
    shards === 1
      ? [
          await compile(
            'training step',
            (tensors) => {
              const { loss, ...gradients } = differentiate(tensors);
              return { loss, ...update({ ...tensors, ...gradients }) };
            },
            { ...stateSpecs, ...batchShapes, ...rates },
            { kept },
          ),
        ]
      : [
          await compile('update', update, { ...stateSpecs, ...gradientSpecs, ...rates }, { kept }),
          ...(await Promise.all(Array.from({ length: shards }, gradientsOf))),
        ];

  return {
    run: async (state, values, learningRate) => {
      const step = state.step + 1;
      const given = {
        ...statesOf(state, GROUPS, names),
        step: { shape: [], data: Float32Array.of(step) },
        learningRate: { shape: [], data: Float32Array.of(learningRate) },
      };
      const [first, ...others] = executables;
      let results: Values;
      if (shards === 1) {
        results = await first.run({ ...given, ...values });
      } else {
        const weights = statesOf(state, ['weights'], names);
        const parts = await Promise.all(
          splitBatch(values, shards).map((part, k) => others[k].run({ ...weights, ...part })),
        );
        const { loss, ...gradients } = meanOf(parts);
        results = { loss, ...(await first.run({ ...given, ...gradients })) };
      }
      GROUPS.forEach((group) => releaseKept(state[group]));
      const [weights, moments, squares] = GROUPS.map((group) =>
        Object.fromEntries(names.map((name) => [name, results[`${group}/${name}`]])),
      );
      return {
        state: { step, weights, first: moments, second: squares },
        loss: results.loss.data[0],
        gradientNorm: results.gradientNorm.data[0],
      };
    },
    dispose: async () => {
      for (const executable of executables) await executable.dispose();
    },
  };
}

const SCALAR = float32();

/** A spec for every weight in each group, as `group/name`. */
function specsOf(predictor: Predictor, groups: readonly string[]): Specs {
  return Object.fromEntries(
    groups.flatMap((group) =>
      Object.entries(predictor.weightSpecs()).map(([name, spec]) => [`${group}/${name}`, spec]),
    ),
  );
}

function pick(tensors: Tensors, group: string, names: readonly string[]): Tensors {
  return Object.fromEntries(names.map((name) => [name, tensors[`${group}/${name}`]]));
}

/** The state's values in each group, as `group/name`. */
function statesOf(
  state: TrainingState,
  groups: readonly (typeof GROUPS)[number][],
  names: readonly string[],
): Values {
  return Object.fromEntries(
    groups.flatMap((group) => names.map((name) => [`${group}/${name}`, state[group][name]] as const)),
  );
}

/** `shards` equal parts along the first axis, without copying. */
function splitBatch(values: Values, shards: number): Values[] {
  return Array.from({ length: shards }, (_, k) =>
    Object.fromEntries(
      Object.entries(values).map(([name, { shape, data }]) => {
        const size = data.length / shards;
        const part = data.subarray(k * size, (k + 1) * size);
        return [name, { shape: [shape[0] / shards, ...shape.slice(1)], data: part }];
      }),
    ),
  );
}

/** Means over several records of the same tensors. */
function meanOf(parts: readonly Values[]): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(parts[0]).map(([name, { shape, data }]) => {
      const mean = new Float32Array(data.length);
      for (const part of parts) {
        const values = part[name].data;
        for (let i = 0; i < mean.length; i++) mean[i] += values[i] / parts.length;
      }
      return [name, { shape, data: mean }];
    }),
  );
}
