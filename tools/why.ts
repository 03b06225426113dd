/** `foresight why`: one task of a suite again, and the first step at which tracking, prediction or planning failed. */
import { Command, InvalidArgumentError } from 'commander';
import { openContender, type Contender } from '../src/evaluation/contenders.ts';
import { diagnostician, type StepDiagnosis } from '../src/evaluation/diagnosis.ts';
import { evaluate, type EpisodeResult } from '../src/evaluation/evaluate.ts';
import { openSwapped, type Swap } from '../src/evaluation/swaps.ts';
import { findSuite, suiteNames } from '../src/evaluation/suites.ts';
import { DEFAULT_PLANNER } from '../src/planner/registry.ts';
import { openSimRig } from '../src/rig/sim-rig.ts';
import { chosenEngine, withEngine, type EngineFlags } from './engine-option.ts';
import { positiveInteger, seed } from './options.ts';
import { formatTable, printJson, startProgress, stopOnInterrupt } from './terminal.ts';

interface WhyOptions extends EngineFlags {
  readonly model: string;
  readonly seed: number;
  readonly threads: number;
  readonly json?: boolean;
}

/** One way of running the task. */
interface Run {
  readonly what: string;
  readonly swap: Swap;
}

const RUNS: readonly Run[] = [
  { what: 'as it was', swap: {} },
  { what: 'true tracking', swap: { tracking: true } },
  { what: 'true prediction', swap: { prediction: true } },
  { what: 'both true', swap: { tracking: true, prediction: true } },
];

export function whyCommand(): Command {
  return withEngine(new Command('why'))
    .description(
      'Runs one task again and says at which step tracking, prediction or planning failed first, by putting the ' +
        "simulator's truth in the place of each.",
    )
    .argument('<episode>', `suite/index, as in push/17; suites: ${suiteNames.join(', ')}`, episode)
    .option('--model <dir>', 'the checkpoint to plan with', 'models/tabletop')
    .option('--seed <n>', 'seed of the tasks', seed, 7)
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--json', 'print everything as JSON')
    .action(runWhy);
}

async function runWhy(
  { suite: name, index }: { suite: string; index: number },
  options: WhyOptions,
): Promise<void> {
  const suite = findSuite(name);
  const signal = stopOnInterrupt();
  const progress = startProgress('running the task', RUNS.length, options);
  const engine = await chosenEngine(options, options.threads);
  const settings = { planner: DEFAULT_PLANNER, plannerOptions: {}, threads: options.threads, engine };
  const open = (swap: Swap): Promise<Contender> =>
    isPlain(swap) ? openContender(options.model, settings) : openSwapped(options.model, swap, settings);
  const rig = await openSimRig(suite.scene);
  const diagnose = diagnostician(rig);
  const steps: StepDiagnosis[] = [];
  const ends: { readonly what: string; readonly result: EpisodeResult }[] = [];
  try {
    for (const { what, swap } of RUNS) {
      const contender = await open(swap);
      const [result] = await evaluate(rig, contender.controller, {
        suite,
        seed: options.seed,
        indices: [index],
        signal,
        onStep: async (task, step) => {
          if (isPlain(swap)) steps.push(await diagnose(task, step));
        },
      }).finally(() => contender.close());
      if (result === undefined) return;
      ends.push({ what, result });
      progress.update(ends.length, what);
    }
    progress.finish();
  } finally {
    await rig.close();
  }
  if (options.json) printJson({ suite: name, index, seed: options.seed, steps, runs: ends });
  else process.stdout.write(`${describe(steps, ends)}\n`);
}

const isPlain = (swap: Swap): boolean => Object.keys(swap).length === 0;

/** The steps, how the task ends with each truth in its place, and what that says. */
export function describe(
  steps: readonly StepDiagnosis[],
  ends: readonly { readonly what: string; readonly result: EpisodeResult }[],
): string {
  const cm = (value: number | null): string => (value === null ? '-' : value.toFixed(1));
  const table = formatTable(
    ['step', 'cm from goal', 'tracking off', 'prediction off', 'better plan by', 'failed'],
    steps.map((s) => [
      s.index + 1,
      cm(s.distanceCm),
      cm(s.trackingCm),
      cm(s.predictionCm),
      cm(s.planningCm),
      s.failed ?? '',
    ]),
  );
  const runs = formatTable(
    ['with', 'ends', 'cm from goal', 'steps'],
    ends.map(({ what, result }) => [
      what,
      result.success ? 'solved' : 'missed',
      result.finalCm.toFixed(1),
      result.steps,
    ]),
  );
  const first = steps.find(({ failed }) => failed !== null);
  const [asItWas, ...others] = ends;
  const healed = others.filter(({ result }) => result.success).map(({ what }) => what);
  const verdict = first
    ? `first to fail: ${first.failed}, in step ${first.index + 1}`
    : 'tracking, prediction and planning were good at every step';
  const cure =
    asItWas === undefined || asItWas.result.success
      ? 'the task was solved'
      : healed.length > 0
        ? `solved with ${healed.join(', ')}`
        : 'missed with every truth in place: it is the task, or the search';
  return `${table}\n\n${runs}\n\n${verdict}; ${cure}`;
}

function episode(text: string): { suite: string; index: number } {
  const match = /^([a-z-]+)\/(\d+)$/.exec(text);
  if (match === null) throw new InvalidArgumentError(`expected SUITE/INDEX such as push/17, got '${text}'`);
  return { suite: match[1], index: Number(match[2]) };
}
