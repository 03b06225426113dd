/** `foresight bench`: how fast this machine simulates, trains and plans; or two models or engines, pair by pair. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { bench, type BenchReport } from '../src/bench/bench.ts';
import { benchBeside, type BenchSide, type Comparison } from '../src/bench/beside.ts';
import { describeMachine, peakMemoryMb, type Machine } from '../src/bench/machine.ts';
import { ROLLOUT_SIZE } from '../src/bench/planning.ts';
import { TRAINING_SIZE } from '../src/bench/training.ts';
import { untrainedModel } from '../src/bench/untrained.ts';
import { DEFAULT_ENGINE, ENGINE_NAMES } from '../src/compute/choice.ts';
import { loadCheckpoint } from '../src/model/checkpoint.ts';
import { DEFAULT_NETWORK, defaultNetwork } from '../src/model/registry.ts';
import { describeRig } from '../src/rig/registry.ts';
import { so101SettingsSchema, type So101Settings } from '../src/robot/so101-settings.ts';
import { ensure } from '../src/spec/errors.ts';
import { chosenEngine, withEngine, type EngineFlags } from './engine-option.ts';
import { positiveInteger } from './options.ts';
import { formatTable, printJson, stopOnInterrupt } from './terminal.ts';

interface BenchCommandOptions extends EngineFlags {
  readonly model?: string;
  readonly repeats: number;
  readonly threads: number;
  readonly armPort?: string;
  readonly rig?: string;
  readonly beside?: string;
  readonly json?: boolean;
}

/** What `--beside` prints as JSON. */
export interface BesideReport {
  readonly machine: Machine;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly comparisons: readonly Comparison[];
  readonly peakMemoryMb: number;
}

const SHIPPED = 'models/tabletop';

export function benchCommand(): Command {
  return withEngine(new Command('bench'))
    .description('Measures simulator, training and planning; prints median and 95th percentile.')
    .option('--model <dir>', `the checkpoint (default: ${SHIPPED}, or the default network untrained)`)
    .option('--repeats <n>', 'repeats of each measurement', positiveInteger, 20)
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--arm-port <path>', 'also the servo bus of an SO-101 on this serial port; nothing moves')
    .option('--rig <file>', "the same, with the port and the servos of this rig's SO-101")
    .option(
      '--beside <dir|engine:provider>',
      'training and planning beside another checkpoint, or on another engine as in onnx:webgpu, pair by pair',
    )
    .option('--json', 'print everything as JSON')
    .action(runBench);
}

async function runBench(options: BenchCommandOptions): Promise<void> {
  const { model: dir, armPort, rig, beside, repeats, threads, json } = options;
  const signal = stopOnInterrupt();
  const modelName = dir ?? (existsSync(SHIPPED) ? SHIPPED : 'untrained');
  const model =
    modelName === 'untrained'
      ? untrainedModel(defaultNetwork(DEFAULT_NETWORK))
      : await loadCheckpoint(modelName);
  const engine = (await chosenEngine(options, threads)) ?? DEFAULT_ENGINE;
  const onSubject = (name: string): void => {
    if (!json) process.stderr.write(`measuring ${name}\n`);
  };
  const measuring = { repeats, threads, signal, onSubject };
  if (beside === undefined) {
    const arm = await armOf(armPort, rig);
    const ofArm = arm === undefined ? {} : { arm };
    const report = await bench({ model, modelName, engine, ...ofArm, ...measuring });
    if (json) printJson(report);
    else process.stdout.write(`${describe(report)}\n`);
    return;
  }
  const machine = describeMachine();
  const first = { name: '', model, modelName, engine };
  const sides = named(first, await otherSide(first, beside, threads));
  const { comparisons, planner } = await benchBeside(sides, measuring);
  const settings = {
    sides: sides.map(({ name, modelName: of, model: { network }, engine: on }) => ({
      name,
      model: of,
      network,
      ...on,
    })),
    threads,
    repeats,
    training: TRAINING_SIZE,
    rollouts: ROLLOUT_SIZE,
    planner,
  };
  const report: BesideReport = { machine, settings, comparisons, peakMemoryMb: peakMemoryMb() };
  if (json) printJson(report);
  else process.stdout.write(`${describeBeside(report, sides)}\n`);
}

/** The SO-101 whose bus is to be measured, if any. */
async function armOf(port: string | undefined, rig: string | undefined): Promise<So101Settings | undefined> {
  if (rig === undefined) return port === undefined ? undefined : so101SettingsSchema.parse({ port });
  const { name, robot, driver } = await describeRig(rig);
  ensure(
    robot === 'so101',
    `rig ${name}: has no servo bus: its arm is ${robot}`,
    'name the rig of an SO-101',
  );
  return so101SettingsSchema.parse({ ...driver, ...(port === undefined ? {} : { port }) });
}

/** The same with another engine (`onnx:webgpu`), or with another checkpoint (a folder). */
async function otherSide(first: BenchSide, beside: string, threads: number): Promise<BenchSide> {
  const [name, provider] = beside.split(':');
  const engine = ENGINE_NAMES.find((known) => known === name);
  if (engine === undefined) return { ...first, modelName: beside, model: await loadCheckpoint(beside) };
  const choice = await chosenEngine({ engine, ...(provider ? { provider } : {}) }, threads);
  return { ...first, engine: choice ?? DEFAULT_ENGINE };
}

/** Each called by what differs. */
function named(first: BenchSide, second: BenchSide): readonly [BenchSide, BenchSide] {
  const nameOf = ({ modelName, engine }: BenchSide): string =>
    first.modelName === second.modelName ? `${engine.engine}:${engine.provider ?? ''}` : modelName;
  return [
    { ...first, name: nameOf(first) },
    { ...second, name: nameOf(second) },
  ];
}

const digits = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

function describe({ machine, settings, measurements, peakMemoryMb: peakMb }: BenchReport): string {
  return [
    formatTable(
      ['measured', 'median', 'p95', 'unit'],
      measurements.map(({ what, unit, ...m }) => [what, digits(m.median), digits(m.p95), unit]),
    ),
    ...describeRun(machine, settings, peakMb),
  ].join('\n');
}

function describeBeside(
  { machine, settings, comparisons, peakMemoryMb: peakMb }: BesideReport,
  [a, b]: readonly [BenchSide, BenchSide],
): string {
  return [
    `A: ${a.name}`,
    `B: ${b.name}`,
    formatTable(
      ['measured in turn, ms', 'A median', 'A p95', 'B median', 'B p95', 'B / A'],
      comparisons.map((of) => [
        of.what,
        ...[of.median[0], of.p95[0], of.median[1], of.p95[1]].map(digits),
        of.ratio.toFixed(2),
      ]),
    ),
    'B / A: the median over the pairs; below 1, B is quicker',
    ...describeRun(machine, settings, peakMb),
  ].join('\n');
}

function describeRun(machine: Machine, settings: object, peakMb: number): string[] {
  const { cpu, cores, memoryGb, load, platform, node } = machine;
  return [
    `peak memory ${peakMb} MB`,
    `on ${cpu}, ${cores} cores, ${memoryGb} GB, load ${load.toFixed(1)} before, ${platform}, Node ${node}`,
    JSON.stringify(settings),
  ];
}
