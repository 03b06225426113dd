/** Training: windows of play in, a checkpoint out. Can be stopped at any moment and goes on where it was. */
import { join } from 'node:path';
import type { Engine, Values } from '../compute/compute.ts';
import { replaceFileWith } from '../files/atomic.ts';
import { saveCheckpoint } from '../model/checkpoint.ts';
import { createPredictor, type NetworkConfig } from '../model/registry.ts';
import { ForesightError } from '../spec/errors.ts';
import { childSeed, seededRandom } from '../spec/random.ts';
import type { Rig } from '../spec/rig.ts';
import { checkpointCard } from './card.ts';
import type { TrainingConfig } from './config.ts';
import { compileMetrics, type Example, type HeldOutBatch, type Metrics } from './metrics.ts';
import { appendMetrics, loadRunState, saveRunState, type RunState } from './run-state.ts';
import { horizonAt, learningRateAt } from './schedule.ts';
import { compileTrainingStep, fetchState, initialState, type TrainingStep } from './training-step.ts';

/** Where batches come from; everything random in it follows from `state()`. */
export interface BatchSource {
  /** Control steps of the play that batches are drawn from. */
  readonly controlSteps: number;
  /** The next batch of windows that predict `horizon` steps after the warm-up: see `batchSpecs`. */
  next(horizon: number): Values | Promise<Values>;
  state(): number;
  restore(state: number): void;
}

export interface TrainOptions {
  /** Where the checkpoint goes. */
  readonly dir: string;
  readonly rig: Rig;
  readonly network: NetworkConfig;
  readonly config: TrainingConfig;
  readonly engine: Engine;
  readonly source: BatchSource;
  readonly heldOut: readonly HeldOutBatch[];
  /** Said of the data in the checkpoint: its path, episodes, minutes. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Sees, with every checkpoint, some held-out windows beside what it predicts for them. */
  readonly onExamples?: (examples: readonly Example[]) => Promise<void>;
}

export interface TrainProgress {
  /** 0..1 of the budget. */
  readonly fraction: number;
  readonly step: number;
  readonly horizon: number;
  /** Mean since the last checkpoint. */
  readonly loss: number;
  readonly elapsedMs: number;
  /** Present when a checkpoint was just written. */
  readonly metrics?: Metrics;
}

export interface TrainResult {
  /** Whether the budget is spent. */
  readonly finished: boolean;
  readonly metrics: Metrics;
  /** Training steps and time so far, ms, of all runs that went on from each other. */
  readonly step: number;
  readonly elapsedMs: number;
  /** Multiply-accumulates of one predicted frame. */
  readonly macs: number;
}

/**
 * Trains until the budget is spent or `signal` fires, writing a checkpoint and a line of metrics now and then.
 * Throws, with the last good checkpoint kept, when the loss stops being a number.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { dir, rig, network, config, engine, source, heldOut, data, signal, onProgress } = options;
  const predictor = createPredictor(network, rig);
  const macs = predictor.macs();
  const identity = { config, network, data };
  const resumed = await loadRunState(dir, identity);
  const fresh = predictor.initialWeights(seededRandom(childSeed(config.seed, 'weights')));
  let training = resumed?.training ?? initialState(predictor, fresh);
  if (resumed) source.restore(resumed.samplerState);
  const metrics = await compileMetrics(engine, predictor, rig, {
    batch: config.batch,
    horizon: config.metricsHorizon,
  });
  const clock = stopwatch(resumed?.elapsedMs ?? 0);
  const { budget, passes, batch } = config;
  const enoughSteps = Math.ceil((passes * source.controlSteps) / batch);
  const fraction = (): number =>
    'minutes' in budget
      ? Math.max(clock.elapsedMs() / (budget.minutes * 60_000), training.step / enoughSteps)
      : training.step / budget.steps;

  let program = null as { horizon: number; step: TrainingStep } | null;
  let losses: number[] = [];
  let savedStep = resumed?.training.step ?? null;
  let savedAtMs = clock.elapsedMs();
  let savedElapsedMs = resumed?.elapsedMs ?? 0;
  let reportedAtMs = performance.now();

  while (fraction() < 1 && !signal?.aborted) {
    const horizon = horizonAt(config.schedule, fraction());
    if (program?.horizon !== horizon) {
      await program?.step.dispose();
      const step = await compileTrainingStep(engine, predictor, { ...config, horizon });
      program = { horizon, step };
    }
    const values = await source.next(horizon);
    const rate = learningRateAt(config.schedule, fraction(), training.step);
    const result = await program.step.run(training, values, rate).catch((cause: unknown) => {
      // Positions that are no numbers index outside of every picture, which engines refuse.
      throw cause instanceof ForesightError ? cause : diverged('its program failed', cause);
    });
    if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradientNorm)) {
      throw diverged(`the loss became ${result.loss}`);
    }
    training = result.state;
    losses.push(result.loss);
    if (performance.now() - reportedAtMs > 1000) {
      reportedAtMs = performance.now();
      onProgress?.(progressNow());
    }
    if (clock.elapsedMs() - savedAtMs > config.checkpointSeconds * 1000 && fraction() < 1) {
      await clock.paused(() => checkpoint());
      savedAtMs = clock.elapsedMs();
    }
  }
  const finished = fraction() >= 1;
  await program?.step.dispose();
  // A run that was finished before has nothing to add to its checkpoint.
  const isSaved = savedStep === training.step;
  training = await fetchState(engine, training);
  const last = isSaved ? await measured() : await checkpoint();
  await metrics.dispose();
  const { step } = training;
  return { finished, metrics: last, step, elapsedMs: savedElapsedMs, macs };

  function diverged(what: string, cause?: unknown): ForesightError {
    const kept =
      savedStep === null ? 'nothing was saved' : `the checkpoint of step ${savedStep} is in ${dir}`;
    return new ForesightError(`training: ${what} at step ${training.step + 1}`, {
      next: `${kept}; train again with a lower learning rate or another seed`,
      cause,
    });
  }

  function progressNow(): TrainProgress {
    const loss = losses.reduce((a, b) => a + b, 0) / losses.length;
    const { step } = training;
    return { fraction: fraction(), step, horizon: program?.horizon ?? 0, loss, elapsedMs: clock.elapsedMs() };
  }

  /** Measures, and shows examples to whoever wants to see them. */
  async function measured(): Promise<Metrics> {
    const examples: Example[] = [];
    const result = await metrics.measure(training.weights, heldOut, (example) => examples.push(example));
    await options.onExamples?.(examples);
    return result;
  }

  /** Measures, then writes weights, run state and a line of metrics. */
  async function checkpoint(): Promise<Metrics> {
    const progress = progressNow();
    const where = { step: training.step, elapsedMs: Math.round(progress.elapsedMs), loss: progress.loss };
    training = await fetchState(engine, training);
    const result = await measured();
    await saveCheckpoint(dir, {
      network,
      rig,
      weights: training.weights,
      training: { ...config, data, reached: where, macs, metrics: result },
    });
    const facts = { dir, network, config, rig: rig.name, data, macs, ...where, metrics: result };
    await replaceFileWith(join(dir, 'README.md'), checkpointCard(facts));
    await appendMetrics(dir, { ...where, horizon: progress.horizon, ...result });
    const state: RunState = { training, elapsedMs: where.elapsedMs, samplerState: source.state() };
    await saveRunState(dir, state, identity);
    losses = [];
    savedStep = training.step;
    savedElapsedMs = where.elapsedMs;
    onProgress?.({ ...progress, metrics: result });
    return result;
  }
}

/** Training time: wall clock less what was spent measuring and saving. */
function stopwatch(startMs: number): {
  elapsedMs(): number;
  paused<T>(work: () => Promise<T>): Promise<T>;
} {
  let offset = startMs - performance.now();
  return {
    elapsedMs: () => offset + performance.now(),
    paused: async (work) => {
      const from = performance.now();
      const result = await work();
      offset -= performance.now() - from;
      return result;
    },
  };
}
