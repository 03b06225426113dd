/**
 * Whether an engine computes what the cpu computes: the numbers of one training step and of one rollout of a very small
 * network.
 */
import type { Engine, Value, Values } from '../compute/compute.ts';
import { KeptValue } from '../compute/kept.ts';
import { Rollouts } from '../control/rollouts.ts';
import { COST_DEFAULTS } from '../cost/rollout.ts';
import { compileTrainingStep, fetchState } from '../training/training-step.ts';
import { tinyPlanning, tinyTraining } from './tiny.ts';

/** What an engine computed, and how long it took the second time: the first compiles shaders. */
export interface Computed {
  readonly values: Values;
  readonly ms: number;
  /** Of training: whether weights stay on the engine's device between steps. */
  readonly keepsWeights?: boolean;
}

/**
 * Two training steps: of the first the loss, the gradient's norm, and the first moments, which are a tenth of the
 * gradient, tensor by tensor; of the second, which goes on from it, the second moments. Rejects with what the engine says
 * where it cannot.
 */
export async function trainOnce(engine: Engine): Promise<Computed> {
  const { predictor, config, start, batch } = tinyTraining();
  const step = await compileTrainingStep(engine, predictor, config);
  try {
    const { state, loss, gradientNorm } = await step.run(start, batch, 1e-3);
    const keepsWeights = Object.values(state.weights).every((value) => value instanceof KeptValue);
    const { first } = await fetchState(engine, state);
    // From what it has made itself, which may have stayed on a device.
    const { state: made } = await step.run(start, batch, 1e-3);
    let next = made;
    const ms = await timed(async () => {
      ({ state: next } = await step.run(made, batch, 1e-3));
    });
    const { second } = await fetchState(engine, next);
    const squares = Object.fromEntries(
      Object.entries(second).map(([name, value]) => [`next/${name}`, value]),
    );
    const values = { ...first, ...squares, loss: alone(loss), gradientNorm: alone(gradientNorm) };
    return { values, ms, keepsWeights };
  } finally {
    await step.dispose();
  }
}

/**
 * One rollout: where a designated pixel is expected, what is believed to be seen, the candidates' costs. Rejects with what
 * the engine says where it cannot.
 */
export async function rollOnce(engine: Engine): Promise<Computed> {
  const { model, seen, goals, candidates, count } = tinyPlanning();
  const rollouts = new Rollouts(engine, model, COST_DEFAULTS);
  const roll = async (): Promise<Values> => {
    const observed = await rollouts.observe(seen);
    const costs = await rollouts.costs(observed, goals, candidates, count);
    return { belief: observed.belief, expected: list(observed.expected), costs: list(costs) };
  };
  try {
    return { values: await roll(), ms: await timed(roll) };
  } finally {
    await rollouts.dispose();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function list(data: Float32Array): Value {
  return { shape: [data.length], data };
}

function alone(number: number): Value {
  return list(Float32Array.of(number));
}
