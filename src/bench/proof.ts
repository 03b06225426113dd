/**
 * Whether an engine computes what the cpu computes: the numbers of one training step and of one rollout of a very small
 * network.
 */
import type { Engine, Value, Values } from '../compute/compute.ts';
import { Rollouts } from '../control/rollouts.ts';
import { COST_DEFAULTS } from '../cost/rollout.ts';
import { compileTrainingStep } from '../training/training-step.ts';
import { tinyPlanning, tinyTraining } from './tiny.ts';

/** What an engine computed, and how long it took the second time: the first compiles shaders. */
export interface Computed {
  readonly values: Values;
  readonly ms: number;
}

/**
 * One training step: the loss, the gradient's norm, and the first moments, which are a tenth of the gradient, tensor by
 * tensor. Rejects with what the engine says where it cannot.
 */
export async function trainOnce(engine: Engine): Promise<Computed> {
  const { predictor, config, start, batch } = tinyTraining();
  const step = await compileTrainingStep(engine, predictor, config);
  try {
    const { state, loss, gradientNorm } = await step.run(start, batch, 1e-3);
    const ms = await timed(() => step.run(start, batch, 1e-3));
    return { values: { ...state.first, loss: alone(loss), gradientNorm: alone(gradientNorm) }, ms };
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
