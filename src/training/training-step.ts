/**
 * One training step as one program: forward, backward and optimizer together, weights and moments in and out.
 */
import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Engine, Executable, Specs, TensorSpec, Tensors, Value, Values } from '../compute/compute.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Predictor } from '../model/predictor.ts';
import { predictionLoss, WARM_UP_STEPS, warmUp, type ObjectiveConfig } from './objective.ts';
import { adam, clipByGlobalNorm } from './optimizer.ts';

/** Weights and moments outside any engine, and how many steps made them. */
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
  /** @param batch see `batchSpecs` */
  run(state: TrainingState, batch: Values, learningRate: number): Promise<StepResult>;
  dispose(): Promise<void>;
}

const GROUPS = ['weights', 'first', 'second'] as const;

/** Shapes of a batch of `batch` windows that predict `horizon` steps, after the warm-up. */
export function batchSpecs(frame: FrameSize, batch: number, horizon: number): Specs {
  const { height, width } = frame;
  const steps = WARM_UP_STEPS + horizon;
  const float = (...shape: number[]): TensorSpec => ({ shape, dtype: 'float32' });
  return {
    frames: float(batch, steps + 1, height, width, 3),
    armMask: float(batch, steps + 1, height, width, 1),
    plate: float(batch, height, width, 3),
    tips: float(batch, steps + 1, 3),
    actions: float(batch, steps, 3),
    camera: float(batch, 12),
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

/** Compiles the training step for one batch size and horizon. */
export async function compileTrainingStep(
  engine: Engine,
  predictor: Predictor,
  config: { batch: number; horizon: number; clipNorm: number; objective: ObjectiveConfig },
): Promise<TrainingStep> {
  const { batch, horizon, clipNorm, objective } = config;
  const names = Object.keys(predictor.weightSpecs());
  const stateSpecs = Object.fromEntries(
    GROUPS.flatMap((group) =>
      Object.entries(predictor.weightSpecs()).map(([name, spec]) => [`${group}/${name}`, spec]),
    ),
  );
  const scalar: TensorSpec = { shape: [], dtype: 'float32' };
  const inputs: Specs = {
    ...stateSpecs,
    ...batchSpecs(predictor.frame, batch, horizon),
    step: scalar,
    learningRate: scalar,
  };

  const program = (tensors: Tensors): Tensors => {
    const [weights, first, second] = GROUPS.map((group) =>
      Object.fromEntries(names.map((name) => [name, tensors[`${group}/${name}`]])),
    );
    const behind = warmUp(predictor, weights, tensors);
    const lossOf = (...values: Tensor[]): Scalar => {
      const named = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      return predictionLoss(predictor, named, objective, tensors, behind) as Scalar;
    };
    const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => weights[name]));
    const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i]]));
    const { clipped, norm } = clipByGlobalNorm(gradients, clipNorm);
    const next = adam({ weights, first, second }, clipped, tensors.step, tensors.learningRate);
    const outputs: Record<string, Tensor> = { loss: value, gradientNorm: norm };
    for (const group of GROUPS) {
      for (const name of names) outputs[`${group}/${name}`] = next[group][name];
    }
    return outputs;
  };

  const executable: Executable = await engine.compile(program, inputs, {
    name: `training step, ${horizon} ahead`,
  });
  return {
    run: async (state, values, learningRate) => {
      const step = state.step + 1;
      const results = await executable.run({
        ...Object.fromEntries(
          GROUPS.flatMap((group) => names.map((name) => [`${group}/${name}`, state[group][name]])),
        ),
        ...values,
        step: { shape: [], data: Float32Array.of(step) },
        learningRate: { shape: [], data: Float32Array.of(learningRate) },
      });
      const [weights, first, second] = GROUPS.map((group) =>
        Object.fromEntries(names.map((name) => [name, results[`${group}/${name}`]])),
      );
      return {
        state: { step, weights, first, second },
        loss: results.loss.data[0],
        gradientNorm: results.gradientNorm.data[0],
      };
    },
    dispose: () => executable.dispose(),
  };
}
