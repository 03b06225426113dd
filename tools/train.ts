/** `foresight train`: play in, a checkpoint out. */
import { Command } from 'commander';
import { DEFAULT_NETWORK, defaultNetwork, NETWORKS } from '../src/model/registry.ts';
import { trainingSchema } from '../src/training/config.ts';
import { fit } from '../src/training/fit.ts';
import type { Metrics } from '../src/training/metrics.ts';
import type { TrainProgress } from '../src/training/train.ts';
import { resolveConfig } from './config.ts';
import { writeHeldOutPicture } from './held-out-picture.ts';
import { chosenEngine, withEngine, type EngineFlags } from './engine-option.ts';
import { names, positiveInteger, positiveNumber, seed, settings } from './options.ts';
import {
  printJson,
  startProgress,
  stopOnInterrupt,
  type Progress,
  type ProgressOptions,
} from './terminal.ts';

interface TrainCommandOptions extends EngineFlags {
  readonly data: string;
  readonly out: string;
  readonly playMinutes?: number;
  readonly extra?: readonly string[];
  readonly mixRigs?: true;
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
  return withEngine(new Command('train'))
    .description('Fits a video-prediction model to play. Stop it with Ctrl-C; the same command goes on.')
    .requiredOption('--data <dir>', 'dataset of play')
    .requiredOption('--out <dir>', 'where the checkpoint goes')
    .option('--play-minutes <n>', 'train on its first so many minutes of play only', positiveNumber)
    .option('--extra <dirs>', 'datasets to train on besides, as in data/a,data/b', names)
    .option('--mix-rigs', 'allow these to be of other rigs than the first, each seen through its own camera')
    .option('--minutes <n>', 'minutes to train at most, wall clock (default: 30)', positiveNumber)
    .option(
      '--steps <n>',
      'training steps instead; then the same seed gives the same weights',
      positiveInteger,
    )
    .option('--network <name>', `network: ${NETWORKS.join(', ')}`, DEFAULT_NETWORK)
    .option('--network-options <key=value,...>', 'settings of the network, as in width=0.25', settings)
    .option('--seed <n>', 'seed of weights and batches', seed, 1)
    .option('--batch <n>', 'windows a training step', positiveInteger)
    .option('--config <file>', 'JSON with more training settings; budget and seed are those of the options')
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--json', 'print the final metrics as JSON')
    .action(runTrain);
}

async function runTrain(options: TrainCommandOptions): Promise<void> {
  const { data, out, json, playMinutes, extra, mixRigs } = options;
  const budget = options.steps ? { steps: options.steps } : { minutes: options.minutes ?? 30 };
  const given = { budget, seed: options.seed, batch: options.batch };
  const config = await resolveConfig(trainingSchema, options.config, given);
  const engine = await chosenEngine(options, options.threads);
  const signal = stopOnInterrupt();
  const terminal = json ? { json } : {};
  const watch = watchFit(terminal);
  const {
    finished,
    metrics,
    step: reached,
    elapsedMs,
    macs,
  } = await fit({
    play: {
      data,
      ...(playMinutes === undefined ? {} : { playMinutes }),
      ...(extra ? { extra } : {}),
      ...(mixRigs ? { mixRigs } : {}),
    },
    dir: out,
    network: defaultNetwork(options.network, options.networkOptions),
    config,
    threads: options.threads,
    engine,
    signal,
    onCaching: watch.caching,
    onProgress: watch.training,
    onExamples: (examples) => writeHeldOutPicture(out, examples),
  });
  watch.finish(finished ? `checkpoint in ${out}` : `stopped; the same command goes on from here`);
  const trained = { network: options.network, macs, steps: reached, minutes: elapsedMs / 60_000 };
  if (json) printJson({ out, finished, ...trained, metrics });
  else process.stdout.write(`${describeTraining(trained)}\n`);
  if (!json && finished) process.stdout.write(`next: npx foresight evaluate --model ${out} --suite push\n`);
}

/** Shows how a fit gets on: a display for the frames where they have to be decoded first, then one for the training. */
export function watchFit(options: ProgressOptions): {
  readonly caching: (episodes: number, total: number) => void;
  readonly training: (progress: TrainProgress) => void;
  readonly finish: (summary: string) => void;
} {
  let caching: Progress | null = null;
  let training: Progress | null = null;
  const begun = (): Progress => (training ??= startProgress('training', 1000, options));
  return {
    caching(episodes, total) {
      caching ??= startProgress('preparing frames', total, options);
      caching.update(episodes);
      if (episodes < total) return;
      caching.finish();
      caching = null;
    },
    training({ fraction, step, horizon, loss, metrics }) {
      const note = `step ${step}, ${horizon} ahead, loss ${loss.toFixed(4)}`;
      begun().update(Math.min(1000, Math.round(1000 * fraction)), note);
      if (metrics) begun().tell(`step ${step}: ${describeMetrics(metrics)}`);
    },
    finish(summary) {
      begun().finish(summary);
      training = null;
    },
  };
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
  const frames = `PSNR ${psnr.toFixed(1)} dB, SSIM ${ssim.toFixed(3)}`;
  // On a real table nobody knows where the points went.
  if (moved.windows + unmoved.windows === 0) return frames;
  const at = (step: number): string => {
    const i = Math.min(step, moved.model.length) - 1;
    return `${moved.model[i].toFixed(2)} px (${moved.nothingMoves[i].toFixed(2)})`;
  };
  const still = unmoved.model.at(-1)?.toFixed(2) ?? '-';
  const last = [movedCm.model, movedCm.nothingMoves].map((errors) => errors.at(-1)?.toFixed(2) ?? '-');
  return `moved, 1/5/10 steps: ${at(1)} ${at(5)} ${at(10)}, ${last[0]} cm (${last[1]}); unmoved ${still} px; ${frames}`;
}
