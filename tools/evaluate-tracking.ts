/** `foresight evaluate --suite tracking`: how far the designated-pixel tracker is from the truth; no model needed. */
import { startTracker } from '../src/cost/tracker.ts';
import { summariseTracking, type Errors, type TrackingResult } from '../src/evaluation/tracking-result.ts';
import { measureTracking, type TrackedTask } from '../src/evaluation/tracking-suite.ts';
import { openSimRig } from '../src/rig/sim-rig.ts';
import { formatTable, printJson, startProgress, stopOnInterrupt } from './terminal.ts';

export interface TrackingSuiteOptions {
  readonly episodes: number;
  readonly first: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** Runs the suite and prints its table; after Ctrl-C, of the tasks that were finished. */
export async function evaluateTracking(options: TrackingSuiteOptions): Promise<void> {
  const rig = await openSimRig();
  const progress = startProgress('tracking', options.episodes, options);
  const finished: TrackedTask[] = [];
  try {
    await measureTracking(rig, (start) => startTracker(start), {
      seed: options.seed,
      indices: Array.from({ length: options.episodes }, (_, i) => options.first + i),
      signal: stopOnInterrupt(),
      onTask: (task) => {
        finished.push(task);
        progress.update(finished.length);
      },
    });
    progress.finish();
  } finally {
    await rig.close();
  }
  const result = summariseTracking('registration', options.seed, finished);
  if (options.json) printJson(result);
  else process.stdout.write(`${trackingTable(result)}\n`);
}

/** A line for each kind of error, then what the tracker knows of itself. */
export function trackingTable(result: TrackingResult): string {
  const number = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(2));
  const line = (what: string, { mean, median, p95, steps }: Errors): (string | number)[] => [
    what,
    number(mean),
    number(median),
    number(p95),
    steps,
  ];
  const { tasks, wrong, confidentAndWrong, lostRightly, lostWrongly, updateMs } = result;
  const table = formatTable(
    ['error', 'mean', 'median', 'p95', 'steps'],
    [
      line('px', result.px),
      line('px, more than half hidden by the arm', result.occludedPx),
      line('cm', result.cm),
      line('cm, more than half hidden by the arm', result.occludedCm),
      line('turn, degrees', result.angleDeg),
    ],
  );
  return [
    `${result.suite}: ${tasks.length} tasks of seed ${result.seed}`,
    table,
    `more than 1 cm off: ${wrong} steps, ${confidentAndWrong} of them with confidence 0.5 or more`,
    `lost: ${lostRightly} steps rightly, ${lostWrongly} wrongly`,
    `update: ${number(updateMs.median)} ms median, ${number(updateMs.p95)} ms p95`,
  ].join('\n');
}
