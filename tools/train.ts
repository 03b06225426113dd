/** `foresight train`: play in, a checkpoint out. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { createEngine } from '../src/compute/registry.ts';
import { FrameCache } from '../src/dataset/cache.ts';
import { openDataset } from '../src/dataset/reader.ts';
import { DEFAULT_NETWORK, defaultNetwork, NETWORKS } from '../src/model/registry.ts';
import { ForesightError } from '../src/spec/errors.ts';
import { trainingSchema } from '../src/training/config.ts';
import type { Metrics } from '../src/training/metrics.ts';
import { heldOutBatches, playBatches } from '../src/training/play-batches.ts';
import { train } from '../src/training/train.ts';
import { threadsPerShard } from '../src/training/training-step.ts';
import { resolveConfig } from './config.ts';
import { positiveInteger, positiveNumber, seed, settings } from './options.ts';
import { printJson, startProgress, stopOnInterrupt } from './terminal.ts';

interface TrainCommandOptions {
  readonly data: string;
  readonly out: string;
  readonly minutes?: number;
  readonly steps?: number;
  readonly network: string;
  readonly networkOptions?: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly batch?: number;
  readonly config?: string;
  readonly threads: number;
  readonly json?: boolean;
}

export function trainCommand(): Command {
  return new Command('train')
    .description('Fits a video-prediction model to play. Stop it with Ctrl-C; the same command goes on.')
    .requiredOption('--data <dir>', 'dataset of play')
    .requiredOption('--out <dir>', 'where the checkpoint goes')
    .option('--minutes <n>', 'minutes to train at most, wall clock (default: 30)', positiveNumber)
    .option(
      '--steps <n>',
      'training steps instead; then the same seed gives the same weights',
      positiveInteger,
    )
    .option('--network <name>', `network: ${NETWORKS.join(', ')}`, DEFAULT_NETWORK)
    .option('--network-options <key=value,...>', 'settings of the network, as in width=0.25', settings)
    .option('--seed <n>', 'seed of weights, batches and split', seed, 1)
    .option('--batch <n>', 'windows a training step', positiveInteger)
    .option('--config <file>', 'JSON with more training settings')
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--json', 'print the final metrics as JSON')
    .action(runTrain);
}

async function runTrain(options: TrainCommandOptions): Promise<void> {
  const { data, out, json } = options;
  if (!existsSync(data)) {
    throw new ForesightError(`no dataset at ${data}`, {
      next: `npx foresight collect --robot sim --out ${data} --minutes 60 --seed 1`,
    });
  }
  const budget = options.steps ? { steps: options.steps } : { minutes: options.minutes ?? 30 };
  const given = { budget, seed: options.seed, batch: options.batch };
  const config = await resolveConfig(trainingSchema, options.config, given);
  const network = defaultNetwork(options.network, options.networkOptions);
  const signal = stopOnInterrupt();
  const terminal = json ? { json } : {};

  const dataset = await openDataset(data);
  const caching = startProgress('preparing frames', dataset.episodes.length, terminal);
  const cache = await FrameCache.open(dataset, network.frame, { onProgress: (n) => caching.update(n) });
  caching.finish();
  const { batch, heldOut, metricsHorizon } = config;
  const split = { batch, heldOut, seed: config.seed };
  const progress = startProgress('training', 1000, terminal);
  const controlSteps = cache.episodes.reduce((sum, { length }) => sum + length - 1, 0);
  try {
    const {
      finished,
      metrics,
      step: reached,
      elapsedMs,
      macs,
    } = await train({
      dir: out,
      rig: dataset.rig,
      network,
      config,
      engine: await createEngine('onnx', { threads: threadsPerShard(options.threads, config.shards) }),
      source: playBatches(cache, split),
      heldOut: heldOutBatches(cache, { ...split, horizon: metricsHorizon }),
      data: {
        dataset: data,
        episodes: cache.episodes.length,
        minutes: Math.round(controlSteps / dataset.rig.controlHz / 6) / 10,
      },
      signal,
      onProgress: ({ fraction, step, horizon, loss, metrics: measured }) => {
        const note = `step ${step}, ${horizon} ahead, loss ${loss.toFixed(4)}`;
        progress.update(Math.min(1000, Math.round(1000 * fraction)), note);
        if (measured && !json) progress.tell(`step ${step}: ${describeMetrics(measured)}`);
      },
    });
    progress.finish(finished ? `checkpoint in ${out}` : `stopped; the same command goes on from here`);
    const trained = { network: network.network, macs, steps: reached, minutes: elapsedMs / 60_000 };
    if (json) printJson({ out, finished, ...trained, metrics });
    else process.stdout.write(`${describeTraining(trained)}\n`);
    if (!json && finished) process.stdout.write(`next: npx foresight evaluate --model ${out} --suite push\n`);
  } finally {
    cache.close();
  }
}

/** What it cost: to train, and for each frame that is predicted. */
function describeTraining(trained: {
  network: string;
  macs: number;
  steps: number;
  minutes: number;
}): string {
  const { network, macs, steps, minutes } = trained;
  return `${network}: ${(macs / 1e6).toFixed(1)} MMAC a predicted frame; ${steps} training steps in ${minutes.toFixed(1)} minutes`;
}

/** One line a person can follow: how far designated pixels land from the truth, beside predicting no motion. */
export function describeMetrics({ moved, unmoved, movedCm, psnr, ssim }: Metrics): string {
  const at = (step: number): string => {
    const i = Math.min(step, moved.model.length) - 1;
    return `${moved.model[i].toFixed(2)} px (${moved.nothingMoves[i].toFixed(2)})`;
  };
  const still = unmoved.model.at(-1)?.toFixed(2) ?? '-';
  const last = [movedCm.model, movedCm.nothingMoves].map((errors) => errors.at(-1)?.toFixed(2) ?? '-');
  return `moved, 1/5/10 steps: ${at(1)} ${at(5)} ${at(10)}, ${last[0]} cm (${last[1]}); unmoved ${still} px; PSNR ${psnr.toFixed(1)} dB, SSIM ${ssim.toFixed(3)}`;
}
