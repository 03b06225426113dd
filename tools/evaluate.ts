/** `foresight evaluate`: how often a model, planning over its predictions, gets the object where it was told. */
import { join } from 'node:path';
import { Command } from 'commander';
import { openContender } from '../src/evaluation/contenders.ts';
import { evaluate, summarise, type EpisodeResult, type SuiteResult } from '../src/evaluation/evaluate.ts';
import { findSuite, suiteNames } from '../src/evaluation/suites.ts';
import { episodeRecorder } from '../src/evaluation/videos.ts';
import { plannerNames } from '../src/planner/registry.ts';
import { openSimRig } from '../src/rig/sim-rig.ts';
import { TRACKING_SUITE } from '../src/evaluation/tracking-suite.ts';
import { evaluateTracking } from './evaluate-tracking.ts';
import { names, positiveInteger, seed, wholeNumber } from './options.ts';
import { formatTable, printJson, startProgress, stopOnInterrupt } from './terminal.ts';

/** What `evaluate` and `demo` have in common. */
export interface SuiteOptions {
  readonly model: string;
  readonly suite: string;
  readonly episodes: number;
  readonly first: number;
  readonly seed: number;
  readonly planner: string;
  readonly candidates?: number;
  readonly iterations?: number;
  readonly horizon?: number;
  readonly threads: number;
  readonly video?: string;
  readonly json?: boolean;
}

export interface SuiteRun {
  readonly result: SuiteResult;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The videos written. */
  readonly videos: readonly string[];
}

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Runs seeded pushing tasks on the simulated table and prints how they end.')
    .option('--model <dir|name>', 'a checkpoint, or a baseline: oracle, random, scripted', 'models/tabletop')
    .option('--suite <name>', `tasks: ${[...suiteNames, TRACKING_SUITE].join(', ')}`, 'push')
    .option('--episodes <n>', 'how many tasks', positiveInteger, 50)
    .option('--first <n>', 'number of the first task', wholeNumber, 0)
    .option('--seed <n>', 'seed of the tasks', seed, 7)
    .option('--planner <name>', `planner: ${plannerNames.join(', ')}`, 'cem')
    .option('--candidates <n>', 'candidates in the first iteration', positiveInteger)
    .option('--iterations <n>', 'iterations (refits)', positiveInteger)
    .option('--horizon <n>', 'control steps looked ahead', positiveInteger)
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--video <dir>', 'write an mp4 of each task there, predicted beside seen')
    .option('--beside <names>', 'more models for the same tasks, as in random,scripted,oracle', names, [])
    .option('--json', 'print everything as JSON')
    .action(async ({ beside, ...options }: SuiteOptions & { readonly beside: readonly string[] }) => {
      if (options.suite === TRACKING_SUITE) return evaluateTracking(options);
      const runs: SuiteRun[] = [];
      for (const model of [options.model, ...beside]) {
        // Videos are of the model asked about; those beside it are there for their numbers.
        const { video: _, ...unfilmed } = options;
        runs.push(await runSuite({ ...(runs.length === 0 ? options : unfilmed), model }));
      }
      const [{ result, settings }, ...others] = runs;
      if (options.json) {
        printJson({
          ...result,
          settings,
          beside: others.map((run) => ({ ...run.result, settings: run.settings })),
        });
      } else {
        process.stdout.write(`${successTable(runs.map((run) => run.result))}\n${JSON.stringify(settings)}\n`);
      }
    });
}

/** Carries out a suite's tasks; after Ctrl-C, answers with those that were finished. */
export async function runSuite(options: SuiteOptions): Promise<SuiteRun> {
  const signal = stopOnInterrupt();
  const suite = findSuite(options.suite);
  const { candidates, iterations, horizon, video } = options;
  const contender = await openContender(options.model, {
    planner: options.planner,
    plannerOptions: { candidates, iterations, horizon },
    threads: options.threads,
  });
  const rig = await openSimRig({ variety: suite.variety });
  const progress = startProgress(`${suite.name} with ${contender.name}`, options.episodes, options);
  const videoPath = (dir: string, index: number): string => join(dir, `${suite.name}-${index}.mp4`);
  const recorder = video === undefined ? null : episodeRecorder(rig.rig, (index) => videoPath(video, index));
  const finished: EpisodeResult[] = [];
  try {
    await evaluate(rig, contender.controller, {
      suite,
      seed: options.seed,
      indices: Array.from({ length: options.episodes }, (_, i) => options.first + i),
      signal,
      onStep: async (task, step) => {
        progress.update(finished.length, `step ${step.index + 1}, ${describeSoFar(finished)}`);
        await recorder?.step(task, step);
      },
      onEpisode: async (result, task, lastFrame) => {
        finished.push(result);
        await recorder?.finish(result, task, lastFrame);
        progress.update(finished.length, describeSoFar(finished));
      },
    });
    progress.finish();
  } finally {
    await contender.close();
    await rig.close();
  }
  return {
    result: summarise(suite, contender.name, options.seed, finished),
    settings: contender.settings,
    videos: video === undefined ? [] : finished.map(({ index }) => videoPath(video, index)),
  };
}

function describeSoFar(finished: readonly EpisodeResult[]): string {
  const won = finished.filter(({ success }) => success).length;
  return `${won} of ${finished.length} pushed home`;
}

/** The success table, a line a contender. */
export function successTable(results: readonly SuiteResult[]): string {
  const percent = (rate: number): string => (Number.isNaN(rate) ? '-' : `${(100 * rate).toFixed(0)}%`);
  const number = (value: number | null | undefined, digits: number): string =>
    value === null || value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits);
  return formatTable(
    [
      'suite',
      'model',
      'success',
      '95% interval',
      'final cm, mean / median',
      'px, mean',
      'steps',
      'plan ms, median / p95',
    ],
    results.map((r) => [
      r.suite,
      r.controller,
      `${r.success.successes}/${r.success.trials} = ${percent(r.success.rate)}`,
      `${percent(r.success.low)} to ${percent(r.success.high)}`,
      `${number(r.finalCm.mean, 2)} / ${number(r.finalCm.median, 2)}`,
      number(r.finalPx.mean, 1),
      number(r.steps, 1),
      `${number(r.planMs?.median, 0)} / ${number(r.planMs?.p95, 0)}`,
    ]),
  );
}
