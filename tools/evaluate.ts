/** `foresight evaluate`: how often a model, planning over its predictions, gets the object where it was told. */
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import type { EngineChoice } from '../src/compute/choice.ts';
import { FORESIGHT_DEFAULTS, GOAL_COSTS, type GoalCost } from '../src/control/foresight-config.ts';
import {
  runCampaign,
  threadsPerJob,
  type CampaignOptions,
  type CampaignResult,
  type CampaignRun,
} from '../src/evaluation/campaign.ts';
import { baselineNames } from '../src/evaluation/contenders.ts';
import { memoryJournal, openJournal } from '../src/evaluation/journal.ts';
import type { RunSpec } from '../src/evaluation/runner.ts';
import { findSuite, suiteNames } from '../src/evaluation/suites.ts';
import { TRACKING_SUITE } from '../src/evaluation/tracking-suite.ts';
import { DEFAULT_PLANNER, plannerNames } from '../src/planner/registry.ts';
import { chosenEngine, withEngine, type EngineFlags } from './engine-option.ts';
import { evaluateTracking } from './evaluate-tracking.ts';
import { names, positiveInteger, seed, settings, wholeNumber } from './options.ts';
import { successTable } from './success-table.ts';
import { printJson, startProgress, stopOnInterrupt } from './terminal.ts';

interface EvaluateOptions extends EngineFlags {
  readonly model: string;
  readonly suite: readonly string[];
  readonly all?: boolean;
  readonly episodes?: number;
  readonly first: number;
  readonly seed: number;
  readonly planner: readonly string[];
  readonly plannerOptions?: Readonly<Record<string, number>>;
  readonly candidates?: number;
  readonly iterations?: number;
  readonly horizon?: number;
  readonly threads: number;
  readonly jobs: number;
  readonly journal?: string;
  readonly video?: string;
  readonly beside?: readonly string[];
  readonly goalCost: GoalCost;
  readonly json?: boolean;
}

/** Tasks a suite when neither `--episodes` nor `--all` says how many. */
const EPISODES = 50;
/** What each of several jobs runs. */
const WORKER = fileURLToPath(new URL('./worker.mjs', import.meta.url));
/** Where `--all` keeps results unless told otherwise. */
const JOURNAL = 'results/evaluate.jsonl';

export function evaluateCommand(): Command {
  return withEngine(new Command('evaluate'))
    .description('Runs seeded pushing tasks on the simulated table and prints how they end.')
    .option(
      '--model <dir|name>',
      `a checkpoint, or a baseline: ${baselineNames.join(', ')}`,
      'models/tabletop',
    )
    .option('--suite <names>', `tasks: ${suiteNames.join(', ')}; or ${TRACKING_SUITE}, alone`, names, [
      'push',
    ])
    .option(
      '--all',
      `every suite but ${TRACKING_SUITE}, with every baseline beside; goes on from what ${JOURNAL} holds`,
    )
    .option(
      '--episodes <n>',
      `how many tasks a suite (${EPISODES}; with --all what success is quoted on)`,
      positiveInteger,
    )
    .option('--first <n>', 'number of the first task', wholeNumber, 0)
    .option('--seed <n>', 'seed of the tasks', seed, 7)
    .option('--planner <names>', `planner, or several: ${plannerNames.join(', ')}`, names, [DEFAULT_PLANNER])
    .option('--planner-options <key=value,...>', 'more of its settings, as in beta=1,elites=6', settings)
    .option('--candidates <n>', 'candidates in the first iteration', positiveInteger)
    .option('--iterations <n>', 'iterations (refits)', positiveInteger)
    .option('--horizon <n>', 'control steps looked ahead', positiveInteger)
    .option('--threads <n>', 'threads to compute with, shared by the jobs', positiveInteger, 2)
    .option('--jobs <n>', 'processes side by side', positiveInteger, 1)
    .option('--journal <file>', 'keep the results of single tasks there, and go on from them')
    .option('--video <dir>', 'write an mp4 of each task there, predicted beside seen')
    .option('--beside <names>', 'more models for the same tasks, as in random,scripted,oracle', names)
    .addOption(
      new Option('--goal-cost <name>', 'what plans for a goal image are judged by')
        .choices(GOAL_COSTS)
        .default(FORESIGHT_DEFAULTS.goalCost),
    )
    .option('--json', 'print everything as JSON')
    .action(runEvaluate);
}

async function runEvaluate(options: EvaluateOptions): Promise<void> {
  if (options.suite.includes(TRACKING_SUITE)) {
    await evaluateTracking({ ...options, episodes: options.episodes ?? EPISODES });
    return;
  }
  const results = await carryOut(runsOf(options, await chosenEngine(options, options.threads)), options);
  if (options.json) {
    printJson(results.map(({ result, settings }) => ({ ...result, settings })));
    return;
  }
  const settings = new Set(
    results.map((run) => JSON.stringify(run.settings)).filter((text) => text !== '{}'),
  );
  process.stdout.write(
    `${successTable(results, { showsPlanners: options.planner.length > 1 })}\n${[...settings].join('\n')}\n`,
  );
}

/** Every suite with the model and those beside it, suite by suite. */
function runsOf(options: EvaluateOptions, engine: EngineChoice | undefined): CampaignRun[] {
  const { model, all, first, seed: ofTasks, planner: planners, video } = options;
  const { candidates, iterations, horizon } = options;
  const suites = (all ? suiteNames : options.suite).map(findSuite);
  const beside = options.beside ?? (all ? baselineNames : []);
  const threads = threadsPerJob(options.threads, options.jobs);
  const plannerOptions = { candidates, iterations, horizon, ...options.plannerOptions };
  const contenders = [
    ...planners.map((planner) => ({ contender: model, planner })),
    ...beside.filter((name) => name !== model).map((name) => ({ contender: name, planner: planners[0] })),
  ];
  return suites.flatMap((suite) => {
    const count = options.episodes ?? (all ? suite.tasks : EPISODES);
    const indices = Array.from({ length: count }, (_, i) => first + i);
    return contenders.map((who, i): CampaignRun => {
      const { goalCost } = options;
      const isUsual = goalCost === FORESIGHT_DEFAULTS.goalCost;
      const judged = { ...(isUsual ? {} : { goalCost }), ...(engine ? { engine } : {}) };
      const spec = { suite: suite.name, ...who, seed: ofTasks, plannerOptions, threads, ...judged };
      // Videos are of the model asked about; those beside it are there for their numbers.
      const filmed: RunSpec = i === 0 && video !== undefined ? { ...spec, video } : spec;
      return { spec: filmed, indices };
    });
  });
}

/** The other processes that carry out tasks, where more than one should. */
export function crewOf(jobs: number): Pick<CampaignOptions, 'crew'> {
  return jobs > 1 ? { crew: { jobs, script: WORKER } } : {};
}

/** Runs tasks with progress; after Ctrl-C, answers with those that were finished. */
export async function carryOut(
  runs: readonly CampaignRun[],
  options: {
    readonly jobs: number;
    readonly journal?: string;
    readonly all?: boolean;
    readonly json?: boolean;
  },
): Promise<CampaignResult[]> {
  const signal = stopOnInterrupt();
  const path = options.journal ?? (options.all ? JOURNAL : undefined);
  const journal = path === undefined ? memoryJournal() : await openJournal(path);
  const total = runs.reduce((sum, { indices }) => sum + indices.length, 0);
  // It goes to stderr: whoever reads the JSON is not disturbed, and a long evaluation says how long it will take.
  const progress = startProgress('evaluating', total);
  const results = await runCampaign(runs, {
    journal,
    ...crewOf(options.jobs),
    signal,
    onTask({ done, known, run: { spec }, finished }) {
      const solved = finished.filter(({ success }) => success).length;
      const note = `${spec.suite}, ${spec.contender}: ${solved} of ${finished.length} solved`;
      progress.update(known + done, note, known);
    },
  });
  progress.finish();
  return results;
}
