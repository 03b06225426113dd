/**
 * Work for an engine that takes milliseconds: a very small network with everything in it that a large one has, a batch to
 * train it on and a scene to plan in. The same numbers every time.
 */
import type { Value, Values } from '../compute/compute.ts';
import { outOfReach } from '../control/reach.ts';
import type { Goals } from '../control/rollouts.ts';
import { cameraMatrix } from '../model/camera-matrix.ts';
import type { LoadedModel } from '../model/checkpoint.ts';
import type { Predictor } from '../model/predictor.ts';
import { defaultNetwork } from '../model/registry.ts';
import { seededRandom } from '../spec/random.ts';
import { OBJECTIVE_DEFAULTS, WARM_UP_STEPS } from '../training/objective.ts';
import { initialState, type TrainingState, type TrainingStepConfig } from '../training/training-step.ts';
import { untrainedModel } from './untrained.ts';

const FRAME = { height: 24, width: 32 };
/** Odd numbers of channels in and fours of them out: what onnxruntime's webgpu got wrong channels last. */
const SIZES = { frame: FRAME, cells: 8, cellM: 0.02, stride: 2, cut: 16, fine: 4, coarse: 8 };
/** Not where rounding to whole pixels would tie. */
const TIP = [0.013, -0.006, 0.02];
const ACTION = [0.4, 0.3, -0.2];

export interface TinyTraining {
  readonly predictor: Predictor;
  readonly config: TrainingStepConfig;
  readonly start: TrainingState;
  /** See `batchSpecs`. */
  readonly batch: Values;
}

/** One window in which the gripper goes one way over a smooth, changing picture. */
export function tinyTraining(): TinyTraining {
  const { predictor, rig } = untrained();
  const moments = WARM_UP_STEPS + 2;
  const along = Array.from({ length: moments }, (_, t) =>
    TIP.map((p, d) => p + t * ACTION[d] * rig.action.scale[d]),
  );
  const { height, width } = FRAME;
  const pictures = along.map((_, t) => waves(0.2 * t));
  const actions = along.slice(1).map(() => ACTION);
  return {
    predictor,
    config: { batch: 1, horizon: 1, shards: 1, clipNorm: 1, objective: OBJECTIVE_DEFAULTS },
    start: initialState(predictor, predictor.initialWeights(seededRandom(1))),
    batch: {
      frames: stack([1, moments, height, width, 3], pictures),
      armMask: zeros(1, moments, height, width, 1),
      plate: stack([1, height, width, 3], [waves(3)]),
      tips: stack([1, moments, 3], along),
      actions: stack([1, moments - 1, 3], actions),
      camera: stack([1, 12], [cameraMatrix(rig, FRAME)]),
      mirror: stack([1, 1], [[1]]),
    },
  };
}

export interface TinyPlanning {
  readonly model: LoadedModel;
  /** See `Rollouts.observe`. */
  readonly seen: Values;
  readonly goals: Goals;
  /** [N, 1, 3] of `count`. */
  readonly candidates: Float32Array;
  readonly count: number;
}

/** One designated pixel, its goal, and three candidates of one action. */
export function tinyPlanning(): TinyPlanning {
  const model = untrained();
  const { predictor, rig } = model;
  const { height, width } = FRAME;
  const plate = stack([1, height, width, 3], [waves(3)]);
  const candidates = [ACTION, [-0.5, 0.1, 0], [0.1, -0.7, 0.3]];
  return {
    model,
    seen: {
      frame: stack([1, height, width, 3], [waves(0)]),
      armMask: zeros(1, height, width, 1),
      plate,
      behind: plate,
      tip: stack([1, 3], [TIP]),
      camera: stack([1, 12], [cameraMatrix(rig, FRAME)]),
      designated: stack([1, 1, 2], [[11.3, 13.6]]),
      inFlight: stack([1, 3], [ACTION]),
    },
    goals: {
      pixels: stack([1, 1, 2], [[9.2, 20.7]]),
      open: stack([1, 1], [[1]]),
      back: zeros(1, 1),
      together: stack([1, 1, 1], [[1]]),
      outOfReach: outOfReach(rig, predictor, [0.02]),
    },
    candidates: Float32Array.from(candidates.flat()),
    count: candidates.length,
  };
}

function untrained(): LoadedModel {
  return untrainedModel(defaultNetwork('rigid', SIZES));
}

/** A picture [h, w, 3] so smooth that reading it between pixels has nearly no kinks. */
function waves(phase: number): Float32Array {
  return Float32Array.from({ length: FRAME.height * FRAME.width * 3 }, (_, i) => {
    const [row, col, channel] = [Math.floor(i / 3 / FRAME.width), Math.floor(i / 3) % FRAME.width, i % 3];
    return 0.5 + 0.3 * Math.sin(0.4 * row + 0.25 * (channel - 0.5) * col + phase + channel);
  });
}

function stack(shape: readonly number[], parts: readonly ArrayLike<number>[]): Value {
  return { shape, data: Float32Array.from(parts.flatMap((part) => Array.from(part))) };
}

function zeros(...shape: number[]): Value {
  return { shape, data: new Float32Array(shape.reduce((product, n) => product * n, 1)) };
}
