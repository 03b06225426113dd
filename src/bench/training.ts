/** How fast a network trains: whole training steps (forward, backward, optimizer) on made-up batches. */
import type { EngineChoice } from '../compute/choice.ts';
import type { Specs, Values } from '../compute/compute.ts';
import { openEngine } from '../compute/registry.ts';
import type { LoadedModel } from '../model/checkpoint.ts';
import { seededRandom } from '../spec/random.ts';
import { OBJECTIVE_DEFAULTS } from '../training/objective.ts';
import { batchSpecs, compileTrainingStep, initialState, threadsPerShard } from '../training/training-step.ts';
import { durations, duration, rate, type Measurement } from './measure.ts';

/** The default batch and shards, at the longest horizon that training reaches. */
export const TRAINING_SIZE = { batch: 32, horizon: 6, shards: 2 };

const LEARNING_RATE = 1e-4;
const CLIP_NORM = 1;

/** A model ready to be timed at training: each call is a step further. */
export interface TrainingWork {
  step(): Promise<void>;
  close(): Promise<void>;
}

export async function openTrainingWork(
  threads: number,
  { predictor }: LoadedModel,
  choice?: EngineChoice,
): Promise<TrainingWork> {
  const { batch, horizon, shards } = TRAINING_SIZE;
  const engine = await openEngine(choice, threadsPerShard(threads, shards));
  const config = { ...TRAINING_SIZE, clipNorm: CLIP_NORM, objective: OBJECTIVE_DEFAULTS };
  const step = await compileTrainingStep(engine, predictor, config);
  const values = madeUp(batchSpecs(predictor.frame, batch, horizon));
  let state = initialState(predictor, predictor.initialWeights(seededRandom(1)));
  return {
    async step() {
      ({ state } = await step.run(state, values, LEARNING_RATE));
    },
    close: () => step.dispose(),
  };
}

export async function benchTraining(
  threads: number,
  model: LoadedModel,
  repeats: number,
  choice?: EngineChoice,
): Promise<Measurement[]> {
  const work = await openTrainingWork(threads, model, choice);
  try {
    const { batch, horizon } = TRAINING_SIZE;
    const measured = await durations(repeats, () => work.step());
    const what = `training, batch ${batch}, ${horizon} ahead`;
    return [
      duration(`${what}: one step`, measured),
      rate(what, 'predicted frames', batch * horizon, measured),
    ];
  } finally {
    await work.close();
  }
}

/** Uniform noise in 0..1; what the numbers are makes no difference to how long they take. */
function madeUp(specs: Specs): Values {
  const random = seededRandom(1);
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const length = shape.reduce((product, n) => product * n, 1);
      return [name, { shape, data: Float32Array.from({ length }, () => random.next()) }];
    }),
  );
}
