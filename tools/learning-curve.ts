/** `foresight learning-curve`: success against hours of play and minutes of training, as numbers and as a figure. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { findSuite, suiteNames } from '../src/evaluation/suites.ts';
import { curveFigure } from '../src/experiment/curve-figure.ts';
import { budgetName, networkLabel, PLAIN, type CurvePoint } from '../src/experiment/curve-points.ts';
import { learningCurve } from '../src/experiment/learning-curve.ts';
import { replaceFileWith } from '../src/files/atomic.ts';
import { DEFAULT_NETWORK, defaultNetwork, NETWORKS } from '../src/model/registry.ts';
import { DEFAULT_PLANNER, plannerNames } from '../src/planner/registry.ts';
import { modelPolicyNames } from '../src/practice/registry.ts';
import { ForesightError } from '../src/spec/errors.ts';
import { trainingSchema, type TrainingConfig } from '../src/training/config.ts';
import { resizeFrame } from '../src/video/resize.ts';
import { hasFonts, writeSvgAsPng } from '../src/video/svg.ts';
import { resolveConfig } from './config.ts';
import { chosenEngine, withEngine, type EngineFlags } from './engine-option.ts';
import { crewOf } from './evaluate.ts';
import {
  names,
  positiveInteger,
  positiveIntegers,
  positiveNumber,
  positiveNumbers,
  seed,
} from './options.ts';
import { formatTable, printJson, startProgress, stopOnInterrupt, type Progress } from './terminal.ts';
import { watchFit } from './train.ts';

interface CurveFlags extends EngineFlags {
  readonly data: string;
  readonly out: string;
  readonly playMinutes: readonly number[];
  readonly arms: readonly string[];
  readonly plainShare: number;
  readonly rounds: number;
  readonly minutes?: readonly number[];
  readonly steps?: readonly number[];
  readonly passes?: number;
  readonly config?: string;
  readonly network: readonly string[];
  readonly trainSeed: number;
  readonly playSeed: number;
  readonly suite: string;
  readonly episodes: number;
  readonly seed: number;
  readonly planner: string;
  readonly threads: number;
  readonly jobs: number;
  readonly json?: boolean;
}

export function learningCurveCommand(): Command {
  const arms = [PLAIN, ...modelPolicyNames].join(', ');
  return withEngine(new Command('learning-curve'))
    .description(
      'Trains on more and more play, or several networks on the same, evaluates each model, and draws the curve. Stop it with Ctrl-C; the same command goes on.',
    )
    .option('--data <dir>', 'dataset of plain play', 'data/play')
    .option('--out <dir>', 'where points, models and figure go', 'models/curve')
    .option(
      '--play-minutes <list>',
      'minutes of robot time, as in 10,20',
      positiveNumbers,
      [10, 20, 60, 180, 600],
    )
    .option('--arms <list>', `ways of playing to compare: ${arms}`, names, [PLAIN])
    .option(
      '--plain-share <x>',
      'share of plain play where a model is asked for the rest',
      positiveNumber,
      0.5,
    )
    .option('--rounds <n>', 'rounds in which the rest is played', positiveInteger, 1)
    .option('--minutes <list>', 'minutes of training at most, as in 3,12 (default: 30)', positiveNumbers)
    .option('--steps <list>', 'training steps instead, as in 300,3000', positiveIntegers)
    .option('--passes <n>', 'passes over the play after which minutes end early', positiveNumber)
    .option('--config <file>', 'JSON with more training settings; budget and seed are those of the options')
    .option('--network <names>', `network, or several: ${NETWORKS.join(', ')}`, names, [DEFAULT_NETWORK])
    .option('--train-seed <n>', 'seed of weights and batches', seed, 1)
    .option('--play-seed <n>', 'seed of what is played when a model is asked', seed, 2)
    .option('--suite <name>', `tasks: ${suiteNames.join(', ')}`, suiteNames[0])
    .option('--episodes <n>', 'how many tasks', positiveInteger, 50)
    .option('--seed <n>', 'seed of the tasks', seed, 7)
    .option('--planner <name>', `planner: ${plannerNames.join(', ')}`, DEFAULT_PLANNER)
    .option('--threads <n>', 'threads to compute with, shared by the jobs', positiveInteger, 2)
    .option('--jobs <n>', 'processes side by side that carry out the tasks', positiveInteger, 1)
    .option('--json', 'print the points as JSON')
    .action(run);
}

async function run(flags: CurveFlags): Promise<void> {
  const { data, out, json } = flags;
  if (!existsSync(data)) {
    throw new ForesightError(`no dataset at ${data}`, {
      next: `npx foresight collect --out ${data} --minutes ${Math.max(...flags.playMinutes)}`,
    });
  }
  const terminal = json ? { json } : {};
  const budgets = budgetsOf(flags);
  const given = { budget: budgets[0], seed: flags.trainSeed, passes: flags.passes };
  const training = await resolveConfig(trainingSchema, flags.config, given);
  findSuite(flags.suite);
  const engine = await chosenEngine(flags, flags.threads);
  const watch = watchFit(terminal);
  let shown: Progress | null = null;
  const progress = (label: string, total: number): Progress =>
    (shown ??= startProgress(label, total, terminal));
  const end = (): void => {
    shown?.finish();
    shown = null;
  };
  const { finished, points } = await learningCurve({
    config: {
      data,
      arms: flags.arms,
      playMinutes: flags.playMinutes.toSorted((a, b) => a - b),
      budgets,
      plainShare: flags.plainShare,
      rounds: flags.rounds,
      episodeSteps: 25,
      playSeed: flags.playSeed,
      networks: flags.network.map((name) => defaultNetwork(name)),
      training,
      suite: flags.suite,
      planner: flags.planner,
      seed: flags.seed,
      tasks: flags.episodes,
    },
    out,
    threads: flags.threads,
    engine,
    ...crewOf(flags.jobs),
    rescale: resizeFrame,
    signal: stopOnInterrupt(),
    onBegin: ({ arm, network, playMinutes, training: { budget } }, done, total) => {
      if (!json) {
        process.stderr.write(
          `point ${done + 1} of ${total}: ${networkLabel(network)}, ${arm}, ${playMinutes} minutes, ${budgetName(budget)} of training\n`,
        );
      }
    },
    onCollect: (_, now) => {
      progress('minutes of play', now.totalMinutes).update(Math.round(10 * now.minutes) / 10);
      if (now.minutes >= now.totalMinutes) end();
    },
    onCaching: watch.caching,
    onTraining: (now) => {
      watch.training(now);
      if (now.metrics && now.fraction >= 1) watch.finish('trained');
    },
    onTask: (done, successes) => {
      progress(`${flags.suite} tasks`, flags.episodes).update(done, `${successes} of ${done} pushed home`);
      if (done === flags.episodes) end();
    },
    onPoint: (measured) => draw(out, measured),
  });
  if (points.length > 0) await draw(out, points);
  if (json) printJson({ out, finished, points });
  else {
    if (points.length > 0) process.stdout.write(`${pointsTable(points)}\n`);
    process.stderr.write(
      finished ? `figure: ${join(out, 'curve.svg')}\n` : 'stopped; the same command goes on\n',
    );
  }
}

function budgetsOf({ minutes, steps }: CurveFlags): TrainingConfig['budget'][] {
  if (steps) return steps.map((count) => ({ steps: count }));
  return (minutes ?? [30]).map((limit) => ({ minutes: limit }));
}

async function draw(out: string, points: readonly CurvePoint[]): Promise<void> {
  const svg = curveFigure(points);
  await replaceFileWith(join(out, 'curve.svg'), svg);
  // Without fonts a picture would be one without words.
  if (await hasFonts()) await writeSvgAsPng(svg, join(out, 'curve.png'));
}

function pointsTable(points: readonly CurvePoint[]): string {
  const percent = (rate: number): string => `${(100 * rate).toFixed(0)}%`;
  return formatTable(
    [
      'network',
      'MMAC',
      'play',
      'minutes',
      'training, min / steps',
      'held-out cm',
      'PSNR / SSIM',
      'success',
      '95% interval',
      'final cm, mean / median',
      'plan ms',
    ],
    points.map(({ settings, macs, steps, trainedMinutes, success, finalCm, heldOut, planMs }) => [
      networkLabel(settings.network),
      (macs / 1e6).toFixed(1),
      settings.arm,
      settings.playMinutes,
      `${trainedMinutes.toFixed(1)} / ${steps}`,
      `${heldOut.errorCm.toFixed(2)} (${heldOut.nothingMovesCm.toFixed(2)})`,
      `${heldOut.psnr.toFixed(1)} / ${heldOut.ssim.toFixed(3)}`,
      `${success.successes}/${success.trials} = ${percent(success.rate)}`,
      `${percent(success.low)} to ${percent(success.high)}`,
      `${finalCm.mean.toFixed(2)} / ${finalCm.median.toFixed(2)}`,
      planMs ? planMs.median.toFixed(0) : '-',
    ]),
  );
}
