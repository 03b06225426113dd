/** From the names of datasets to a checkpoint, and how well one predicts: what the commands that train have in common. */
import type { EngineChoice } from '../compute/choice.ts';
import { openEngine } from '../compute/registry.ts';
import { loadCheckpoint } from '../model/checkpoint.ts';
import type { NetworkConfig } from '../model/registry.ts';
import type { TrainingConfig } from './config.ts';
import { compileMetrics, type Example, type Metrics } from './metrics.ts';
import { openPlay, type OpenPlay, type PlayChoice } from './open-play.ts';
import { heldOutBatches, playBatches } from './play-batches.ts';
import { train, type TrainProgress, type TrainResult } from './train.ts';
import { threadsPerShard } from './training-step.ts';

export interface FitOptions {
  readonly play: PlayChoice;
  /** Where the checkpoint goes. */
  readonly dir: string;
  readonly network: NetworkConfig;
  readonly config: TrainingConfig;
  readonly threads: number;
  /** What computes; the default engine when not given. */
  readonly engine?: EngineChoice | undefined;
  readonly signal?: AbortSignal;
  readonly onCaching?: (episodes: number, total: number) => void;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** See `TrainOptions.onExamples`. */
  readonly onExamples?: (examples: readonly Example[]) => Promise<void>;
}

/** Trains a model on the chosen play; a run that was stopped goes on, and a finished one answers at once. */
export async function fit(options: FitOptions): Promise<TrainResult> {
  const { dir, network, config, threads, signal, onProgress, onExamples } = options;
  const play = await open(options);
  try {
    const part = { batch: config.batch, split: play.split };
    return await train({
      dir,
      rig: play.frames.rig,
      network,
      config,
      engine: await openEngine(options.engine, threadsPerShard(threads, config.shards)),
      source: playBatches(play.frames, { ...part, seed: config.seed }),
      heldOut: heldOutBatches(play.frames, { ...part, horizon: config.metricsHorizon }),
      data: play.data,
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress } : {}),
      ...(onExamples ? { onExamples } : {}),
    });
  } finally {
    play.close();
  }
}

/** How well the checkpoint in `dir` predicts what `fit` holds out with the same options. */
export async function measureModel(dir: string, options: Omit<FitOptions, 'dir'>): Promise<Metrics> {
  const { config, threads } = options;
  const { predictor, weights, network, rig } = await loadCheckpoint(dir);
  const play = await open({ ...options, network });
  try {
    const horizon = config.metricsHorizon;
    const part = { batch: config.batch, split: play.split, horizon };
    const engine = await openEngine(options.engine, threads);
    const metrics = await compileMetrics(engine, predictor, rig, { batch: config.batch, horizon });
    try {
      return await metrics.measure(weights, heldOutBatches(play.frames, part));
    } finally {
      await metrics.dispose();
    }
  } finally {
    play.close();
  }
}

function open({ play, network, config, onCaching }: Omit<FitOptions, 'dir'>): Promise<OpenPlay> {
  return openPlay(play, {
    frame: network.frame,
    heldOut: config.heldOut,
    ...(onCaching ? { onProgress: onCaching } : {}),
  });
}
