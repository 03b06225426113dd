/** `foresight bench`: how fast this machine simulates, trains and plans. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { bench, untrainedModel, type BenchReport } from '../src/bench/bench.ts';
import { loadCheckpoint } from '../src/model/checkpoint.ts';
import { DEFAULT_NETWORK, defaultNetwork } from '../src/model/registry.ts';
import { describeRig } from '../src/rig/registry.ts';
import { so101SettingsSchema, type So101Settings } from '../src/robot/so101-settings.ts';
import { ensure } from '../src/spec/errors.ts';
import { positiveInteger } from './options.ts';
import { formatTable, printJson, stopOnInterrupt } from './terminal.ts';

interface BenchCommandOptions {
  readonly model?: string;
  readonly repeats: number;
  readonly threads: number;
  readonly armPort?: string;
  readonly rig?: string;
  readonly json?: boolean;
}

const SHIPPED = 'models/tabletop';

export function benchCommand(): Command {
  return new Command('bench')
    .description('Measures simulator, training and planning; prints median and 95th percentile.')
    .option('--model <dir>', `the checkpoint (default: ${SHIPPED}, or the default network untrained)`)
    .option('--repeats <n>', 'repeats of each measurement', positiveInteger, 20)
    .option('--threads <n>', 'threads to compute with', positiveInteger, 2)
    .option('--arm-port <path>', 'also the servo bus of an SO-101 on this serial port; nothing moves')
    .option('--rig <file>', "the same, with the port and the servos of this rig's SO-101")
    .option('--json', 'print everything as JSON')
    .action(runBench);
}

async function runBench({ model: dir, armPort, rig, ...options }: BenchCommandOptions): Promise<void> {
  const { repeats, threads, json } = options;
  const signal = stopOnInterrupt();
  const arm = await armOf(armPort, rig);
  const chosen = dir ?? (existsSync(SHIPPED) ? SHIPPED : undefined);
  const report = await bench({
    model:
      chosen === undefined ? untrainedModel(defaultNetwork(DEFAULT_NETWORK)) : await loadCheckpoint(chosen),
    modelName: chosen ?? 'untrained',
    repeats,
    threads,
    ...(arm === undefined ? {} : { arm }),
    signal,
    onSubject: (name) => {
      if (!json) process.stderr.write(`measuring ${name}\n`);
    },
  });
  if (json) printJson(report);
  else process.stdout.write(`${describe(report)}\n`);
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

function describe({ machine, settings, measurements, peakMemoryMb }: BenchReport): string {
  const digits = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
  return [
    formatTable(
      ['measured', 'median', 'p95', 'unit'],
      measurements.map(({ what, unit, ...m }) => [what, digits(m.median), digits(m.p95), unit]),
    ),
    `peak memory ${peakMemoryMb} MB`,
    `on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, load ${machine.load.toFixed(1)} before, ${machine.platform}, Node ${machine.node}`,
    JSON.stringify(settings),
  ].join('\n');
}
