/**
 * Whether an engine computes what the cpu computes: the numbers of one training step and of one rollout of a very small
 * network, with everything in them that a large one has.
 */
import type { Engine, Value, Values } from '../compute/compute.ts';
import { outOfReach } from '../control/reach.ts';
import { Rollouts } from '../control/rollouts.ts';
import { COST_DEFAULTS } from '../cost/rollout.ts';
import { cameraMatrix } from '../model/camera-matrix.ts';
import type { LoadedModel } from '../model/checkpoint.ts';
import { defaultNetwork } from '../model/registry.ts';
import { seededRandom } from '../spec/random.ts';
import { OBJECTIVE_DEFAULTS, WARM_UP_STEPS } from '../training/objective.ts';
import { compileTrainingStep, initialState } from '../training/training-step.ts';
import { untrainedModel } from './untrained.ts';

const FRAME = { height: 24, width: 32 };
/** Odd numbers of channels in and fours of them out: what onnxruntime's webgpu got wrong channels last. */
const SIZES = { frame: FRAME, cells: 8, cellM: 0.02, stride: 2, cut: 16, fine: 4, coarse: 8 };
/** Not where rounding to whole pixels would tie. */
const TIP = [0.013, -0.006, 0.02];
const ACTION = [0.4, 0.3, -0.2];
const CANDIDATES = 3;

/** What an engine computed, and how long it took the second time: the first compiles shaders. */
export interface Computed {
  readonly values: Values;
  readonly ms: number;
}

/** A network without training for the simulated rig. */
const untrained = (): LoadedModel => untrainedModel(defaultNetwork('rigid', SIZES));

/** The largest difference of any number, as a fraction of the largest number of its tensor. */
export function relativeDifference(found: Values, expected: Values): number {
  return Math.max(
    ...Object.entries(expected).map(([name, { data }]) => {
      let [difference, largest] = [0, Number.MIN_VALUE];
      data.forEach((x, i) => {
        const error = Math.abs(found[name].data[i] - x);
        // Not Math.max alone: what is not a number differs infinitely.
        difference = Number.isNaN(error) ? Infinity : Math.max(difference, error);
        largest = Math.max(largest, Math.abs(x));
      });
      return difference / largest;
    }),
  );
}

/**
 * One training step: the loss, the gradient's norm, and the first moments, which are a tenth of the gradient, tensor by
 * tensor. Rejects with what the engine says where it cannot.
 */
export async function trainOnce(engine: Engine): Promise<Computed> {
  const { predictor, rig } = untrained();
  const config = { batch: 1, horizon: 1, shards: 1, clipNorm: 1, objective: OBJECTIVE_DEFAULTS };
  const moments = WARM_UP_STEPS + 2;
  const along = Array.from({ length: moments }, (_, t) =>
    TIP.map((p, d) => p + t * ACTION[d] * rig.action.scale[d]),
  );
  const batch: Values = {
    frames: stack(
      [1, moments, FRAME.height, FRAME.width, 3],
      along.map((_, t) => waves(0.2 * t)),
    ),
    armMask: zeros(1, moments, FRAME.height, FRAME.width, 1),
    plate: stack([1, FRAME.height, FRAME.width, 3], [waves(3)]),
    tips: stack([1, moments, 3], along),
    actions: stack(
      [1, moments - 1, 3],
      along.slice(1).map(() => ACTION),
    ),
    camera: stack([1, 12], [cameraMatrix(rig, FRAME)]),
    mirror: stack([1, 1], [[1]]),
  };
  const step = await compileTrainingStep(engine, predictor, config);
  try {
    const start = initialState(predictor, predictor.initialWeights(seededRandom(1)));
    const { state, loss, gradientNorm } = await step.run(start, batch, 1e-3);
    const ms = await timed(() => step.run(start, batch, 1e-3));
    const norms = { loss: stack([1], [[loss]]), gradientNorm: stack([1], [[gradientNorm]]) };
    return { values: { ...state.first, ...norms }, ms };
  } finally {
    await step.dispose();
  }
}

/**
 * One rollout: where a designated pixel is expected, what is believed to be seen, the candidates' costs. Rejects with what
 * the engine says where it cannot.
 */
export async function rollOnce(engine: Engine): Promise<Computed> {
  const model = untrained();
  const { predictor, rig } = model;
  const rollouts = new Rollouts(engine, model, COST_DEFAULTS);
  const seen = {
    frame: stack([1, FRAME.height, FRAME.width, 3], [waves(0)]),
    armMask: zeros(1, FRAME.height, FRAME.width, 1),
    plate: stack([1, FRAME.height, FRAME.width, 3], [waves(3)]),
    behind: stack([1, FRAME.height, FRAME.width, 3], [waves(3)]),
    tip: stack([1, 3], [TIP]),
    camera: stack([1, 12], [cameraMatrix(rig, FRAME)]),
    designated: stack([1, 1, 2], [[11.3, 13.6]]),
    inFlight: stack([1, 3], [ACTION]),
  };
  const goals = {
    pixels: stack([1, 1, 2], [[9.2, 20.7]]),
    open: stack([1, 1], [[1]]),
    back: zeros(1, 1),
    outOfReach: outOfReach(rig, predictor, [0.02]),
  };
  const candidates = Float32Array.from([ACTION, [-0.5, 0.1, 0], [0.1, -0.7, 0.3]].flat());
  try {
    const costsOf = async (): Promise<Values> => {
      const observed = await rollouts.observe(seen);
      const costs = await rollouts.costs(observed, goals, candidates, CANDIDATES);
      const { belief, expected } = observed;
      return {
        belief,
        expected: { shape: [1, 1, 2], data: expected },
        costs: { shape: [CANDIDATES], data: costs },
      };
    };
    return { values: await costsOf(), ms: await timed(costsOf) };
  } finally {
    await rollouts.dispose();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
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
