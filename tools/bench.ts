/** `foresight bench`: how fast this machine simulates, trains and plans. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { bench, type BenchReport } from '../src/bench/bench.ts';
import { untrainedModel } from '../src/bench/untrained.ts';
import { loadCheckpoint } from '../src/model/checkpoint.ts';
import { DEFAULT_NETWORK, defaultNetwork } from '../src/model/registry.ts';
import { positiveInteger } from './options.ts';
import { formatTable, printJson, stopOnInterrupt } from './terminal.ts';

interface BenchCommandOptions {
  readonly model?: string;
  readonly repeats: number;
  readonly threads: number;
  readonly armPort?: string;
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
    .option('--json', 'print everything as JSON')
    .action(runBench);
}

async function runBench({ model: dir, armPort, ...options }: BenchCommandOptions): Promise<void> {
  const { repeats, threads, json } = options;
  const signal = stopOnInterrupt();
  const chosen = dir ?? (existsSync(SHIPPED) ? SHIPPED : undefined);
  const report = await bench({
    model:
      chosen === undefined ? untrainedModel(defaultNetwork(DEFAULT_NETWORK)) : await loadCheckpoint(chosen),
    modelName: chosen ?? 'untrained',
    repeats,
    threads,
    ...(armPort === undefined ? {} : { armPort }),
    signal,
    onSubject: (name) => {
      if (!json) process.stderr.write(`measuring ${name}\n`);
    },
  });
  if (json) printJson(report);
  else process.stdout.write(`${describe(report)}\n`);
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
