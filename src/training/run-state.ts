/**
 * What a training run needs to go on after an interruption: weights, moments, step, time spent, and where the
 * sampler stood. Kept in `training/` beside the checkpoint; a checkpoint can be used without it.
 */
import { existsSync } from 'node:fs';
import { appendFile, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Value, Values } from '../compute/compute.ts';
import { replaceFileWith } from '../files/atomic.ts';
import { ForesightError } from '../spec/errors.ts';
import { readTensors, writeTensors } from '../model/safetensors.ts';
import type { TrainingState } from './training-step.ts';

export interface RunState {
  readonly training: TrainingState;
  /** Wall-clock time spent training, ms. */
  readonly elapsedMs: number;
  /** State of the sampler's random stream. */
  readonly samplerState: number;
}

const progressSchema = z.strictObject({
  step: z.number().int().nonnegative(),
  elapsedMs: z.number().nonnegative(),
  samplerState: z.number().int().nonnegative(),
  /** Bytes of the metrics file that belong to this state. */
  metricsBytes: z.number().int().nonnegative(),
  config: z.unknown(),
});

const GROUPS = ['weights', 'first', 'second'] as const;
const tensorsPath = (dir: string, step: number): string => join(dir, 'training', `state-${step}.safetensors`);
const progressPath = (dir: string): string => join(dir, 'training', 'progress.json');
const metricsPath = (dir: string): string => join(dir, 'metrics.jsonl');

/** Saves the state. The progress file names the tensors' file, so a crash between the two loses nothing. */
export async function saveRunState(dir: string, state: RunState, config: unknown): Promise<void> {
  const { training, elapsedMs, samplerState } = state;
  const tensors: Record<string, Value> = {};
  for (const group of GROUPS) {
    for (const [name, value] of Object.entries(training[group])) tensors[`${group}/${name}`] = value;
  }
  await writeTensors(tensorsPath(dir, training.step), tensors);
  const previous = await readProgress(dir);
  const metricsBytes = existsSync(metricsPath(dir)) ? (await readFile(metricsPath(dir))).length : 0;
  const progress = { step: training.step, elapsedMs, samplerState, metricsBytes, config };
  await replaceFileWith(progressPath(dir), `${JSON.stringify(progress)}\n`);
  if (previous && previous.step !== training.step) await removeTensors(dir, previous.step);
}

/**
 * The state of the run in `dir`, or null when there is none. Throws when that run followed another config: its
 * weights would not be what the config says.
 */
export async function loadRunState(dir: string, config: unknown): Promise<RunState | null> {
  const progress = await readProgress(dir);
  if (progress === null) return null;
  if (canonical(progress.config) !== canonical(config)) {
    throw new ForesightError(`${dir}: holds a training run with other settings or data`, {
      next: 'train into another folder (--out), or repeat its settings to go on with it',
    });
  }
  const tensors = await readTensors(tensorsPath(dir, progress.step));
  const group = (prefix: string): Values =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(`${prefix}/`))
        .map(([name, value]) => [name.slice(prefix.length + 1), value]),
    );
  if (existsSync(metricsPath(dir))) await truncate(metricsPath(dir), progress.metricsBytes);
  return {
    training: {
      step: progress.step,
      weights: group('weights'),
      first: group('first'),
      second: group('second'),
    },
    elapsedMs: progress.elapsedMs,
    samplerState: progress.samplerState,
  };
}

/** One line of `metrics.jsonl`. */
export async function appendMetrics(dir: string, line: unknown): Promise<void> {
  await appendFile(metricsPath(dir), `${JSON.stringify(line)}\n`);
}

async function readProgress(dir: string): Promise<z.infer<typeof progressSchema> | null> {
  const path = progressPath(dir);
  if (!existsSync(path)) return null;
  try {
    return progressSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new ForesightError(`${path}: damaged; the run cannot be resumed`, {
      next: `rm -r ${join(dir, 'training')} and train again, or train into another folder`,
      cause,
    });
  }
}

async function removeTensors(dir: string, step: number): Promise<void> {
  await rm(tensorsPath(dir, step), { force: true });
}

/** JSON with sorted keys, so that two equal configs compare equal. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
