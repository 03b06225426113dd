/** Trains and plans as often as it is told, and says what that left in memory. Run with --expose-gc. */
import { tinyPlanning, tinyTraining } from '../../src/bench/tiny.ts';
import { createEngine } from '../../src/compute/registry.ts';
import { tf } from '../../src/compute/tfjs.ts';
import { Rollouts } from '../../src/control/rollouts.ts';
import { COST_DEFAULTS } from '../../src/cost/rollout.ts';
import { createPlanner } from '../../src/planner/registry.ts';
import type { Plan } from '../../src/planner/planner.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { compileTrainingStep } from '../../src/training/training-step.ts';

const [engineName, burnIn, times] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

export interface Left {
  /** Resident memory after burning in, and in the end, MB. */
  readonly residentMb: readonly [number, number];
  /** Tensors that tfjs knows of, then and in the end. */
  readonly tensors: readonly [number, number];
  readonly loss: readonly [number, number];
}

const training = tinyTraining();
const { model, seen, goals } = tinyPlanning();
const engine = await createEngine(engineName, { provider: 'cpu', threads: 1 });
const step = await compileTrainingStep(engine, training.predictor, training.config);
// Two parts: sessions in threads of their own, where the engine has them. Training's is in this thread.
const rollouts = new Rollouts(engine, model, COST_DEFAULTS, 2);
const planner = createPlanner('icem', { candidates: 8, horizon: 2, iterations: 2, elites: 2, keptElites: 1 });

let state = training.start;
let previous: Plan | undefined;
let loss = NaN;
async function once(seed: number): Promise<void> {
  const result = await step.run(state, training.batch, 1e-3);
  ({ state, loss } = result);
  const observed = await rollouts.observe(seen);
  const costs = (candidates: Float32Array, count: number): Promise<Float32Array> =>
    rollouts.costs(observed, goals, candidates, count);
  previous = await planner.plan({ costs }, previous ? { previous } : {}, seededRandom(seed));
}

function measure(): { resident: number; tensors: number; loss: number } {
  // Twice: what the first pass finalises, the second returns.
  for (let i = 0; i < 2; i++) globalThis.gc?.();
  return { resident: process.memoryUsage().rss / 1e6, tensors: tf.memory().numTensors, loss };
}

for (let i = 0; i < burnIn; i++) await once(i);
const before = measure();
for (let i = 0; i < times; i++) await once(burnIn + i);
const after = measure();
await step.dispose();
await rollouts.dispose();
const left: Left = {
  residentMb: [before.resident, after.resident],
  tensors: [before.tensors, after.tensors],
  loss: [before.loss, after.loss],
};
console.log(JSON.stringify(left));
