/** `foresight evaluate`: how often a model, planning over its predictions, gets the object where it was told. */
import { join } from 'node:path';
import { Command } from 'commander';
import { evaluate, summarise, type EpisodeResult, type SuiteResult } from '../src/evaluation/evaluate.ts';
import { openContender } from '../src/evaluation/contenders.ts';
import { findSuite, suiteNames } from '../src/evaluation/suites.ts';
import { episodeRecorder } from '../src/evaluation/videos.ts';
import { plannerNames } from '../src/planner/registry.ts';
import { openSimRig } from '../src/rig/sim-rig.ts';
import { positiveInteger, seed } from './options.ts';
import { formatTable, printJson, startProgress, stopOnInterrupt } from './terminal.ts';

interface EvaluateCommandOptions {
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

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('Runs seeded pushing tasks on the simulated table and prints how they end.')
    .option('--model <dir|name>', 'a checkpoint, or a baseline: oracle, random, scripted', 'models/tabletop')
    .option('--suite <name>', `tasks: ${suiteNames.join(', ')}`, 'push')
    .option('--episodes <n>', 'how many tasks', positiveInteger, 50)
    .option('--first <n>', 'number of the first task', (text) => Number(text), 0)
    .option('--seed <n>', 'seed of the tasks', seed, 7)
    .option('--planner <name>', `planner: ${plannerNames.join(', ')}`, 'cem')
    .option('--candidates <n>', 'candidates in the first iteration', positiveInteger)
    .option('--iterations <n>', 'iterations (refits)', positiveInteger)
    .option('--horizon <n>', 'control steps looked ahead', positiveInteger)
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--video <dir>', 'write an mp4 of each task there, predicted beside seen')
    .option('--json', 'print everything as JSON')
    .action(runEvaluate);
}

async function runEvaluate(options: EvaluateCommandOptions): Promise<void> {
  const signal = stopOnInterrupt();
  const suite = findSuite(options.suite);
  const { candidates, iterations, horizon } = options;
  const contender = await openContender(options.model, {
    planner: options.planner,
    plannerOptions: { candidates, iterations, horizon },
    threads: options.threads,
  });
  const rig = await openSimRig({ variety: suite.variety });
  const progress = startProgress(`${suite.name} with ${contender.name}`, options.episodes, options);
  const video = options.video;
  const recorder = video
    ? episodeRecorder(rig.rig, (index) => join(video, `${suite.name}-${index}.mp4`))
    : null;
  const finished: EpisodeResult[] = [];
  try {
    const indices = Array.from({ length: options.episodes }, (_, i) => options.first + i);
    await evaluate(rig, contender.controller, {
      suite,
      seed: options.seed,
      indices,
      signal,
      ...(recorder ? { onStep: recorder.step } : {}),
      onEpisode: async (result, task, lastFrame) => {
        finished.push(result);
        await recorder?.finish(result, task, lastFrame);
        const won = finished.filter(({ success }) => success).length;
        progress.update(finished.length, `${won} of ${finished.length} pushed home`);
      },
    });
    progress.finish();
  } finally {
    await contender.close();
    await rig.close();
  }
  const result = summarise(suite, contender.name, options.seed, finished);
  if (options.json) printJson({ ...result, settings: contender.settings });
  else process.stdout.write(`${successTable([result])}\n${JSON.stringify(contender.settings)}\n`);
}

/** The success table, a line a contender. */
export function successTable(results: readonly SuiteResult[]): string {
  const percent = (rate: number): string => `${(100 * rate).toFixed(0)}%`;
  const number = (value: number | null, digits: number): string =>
    value === null ? '-' : value.toFixed(digits);
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
      `${r.finalCm.mean.toFixed(2)} / ${r.finalCm.median.toFixed(2)}`,
      r.finalPx.mean.toFixed(1),
      r.steps.toFixed(1),
      `${number(r.planMs?.median ?? null, 0)} / ${number(r.planMs?.p95 ?? null, 0)}`,
    ]),
  );
}
