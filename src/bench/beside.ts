/** Two models, or two engines, pair by pair in one run: on a machine with other work only pairs can be compared. */
import type { EngineChoice } from '../compute/choice.ts';
import { CycleTimer } from '../control/cycle-timer.ts';
import { median, p95 } from '../evaluation/statistics.ts';
import type { LoadedModel } from '../model/checkpoint.ts';
import { durationsInTurn } from './measure.ts';
import { openPlanningWork, ROLLOUT_SIZE } from './planning.ts';
import { openTrainingWork, TRAINING_SIZE } from './training.ts';

/** What is measured; `name` is what differs. */
export interface BenchSide {
  readonly name: string;
  readonly model: LoadedModel;
  readonly modelName: string;
  readonly engine: EngineChoice;
}

export interface Comparison {
  readonly what: string;
  readonly unit: 'ms';
  /** Of each side, in the order they were given. */
  readonly median: readonly [number, number];
  /** The time that 95% of the repeats do not exceed. */
  readonly p95: readonly [number, number];
  /** The median over the pairs of the second's time divided by the first's: below 1, the second is quicker. */
  readonly ratio: number;
  readonly repeats: number;
}

type Sides = readonly [BenchSide, BenchSide];

interface BesideOptions {
  readonly repeats: number;
  readonly threads: number;
  /** Fires between subjects. */
  readonly signal?: AbortSignal;
  readonly onSubject?: (name: string) => void;
}

/** Compares training steps, choices of an action and bare rollouts. Throws the signal's reason when it fires. */
export async function benchBeside(
  sides: Sides,
  { repeats, threads, signal, onSubject }: BesideOptions,
): Promise<{ comparisons: Comparison[]; planner: Readonly<Record<string, unknown>> }> {
  const begin = (name: string): void => {
    signal?.throwIfAborted();
    onSubject?.(name);
  };
  const inTurn = async (what: string, works: readonly [() => Promise<void>, () => Promise<void>]) =>
    compare(what, await durationsInTurn(repeats, works));
  begin('training');
  const training = await both(sides, ({ model, engine }) => openTrainingWork(threads, model, engine));
  const comparisons: Comparison[] = [];
  try {
    const what = `training, batch ${TRAINING_SIZE.batch}, ${TRAINING_SIZE.horizon} ahead: one step`;
    comparisons.push(await inTurn(what, [() => training[0].step(), () => training[1].step()]));
  } finally {
    for (const work of training) await work.close();
  }
  begin('planning');
  const planning = await both(sides, ({ model, engine }) => openPlanningWork(threads, model, engine));
  try {
    const [first, second] = planning;
    const timer = new CycleTimer(Infinity);
    const choose = [() => first.choose(timer), () => second.choose(timer)] as const;
    comparisons.push(await inTurn('choosing an action: all of it', choose));
    begin('rollouts');
    const rollouts = `rollouts, ${ROLLOUT_SIZE.candidates} x ${ROLLOUT_SIZE.horizon}`;
    comparisons.push(await inTurn(rollouts, [() => first.roll(), () => second.roll()]));
    return { comparisons, planner: first.planner };
  } finally {
    for (const work of planning) await work.close();
  }
}

/** What the durations of two kinds of work in turn come to, ms. */
export function compare(what: string, [first, second]: readonly [number[], number[]]): Comparison {
  return {
    what,
    unit: 'ms',
    median: [median(first), median(second)],
    p95: [p95(first), p95(second)],
    ratio: median(first.map((ms, k) => second[k] / ms)),
    repeats: first.length,
  };
}

/** Opens both, one after the other; closes the first where the second does not open. */
async function both<T extends { close(): Promise<void> }>(
  [first, second]: Sides,
  open: (side: BenchSide) => Promise<T>,
): Promise<readonly [T, T]> {
  const one = await open(first);
  try {
    return [one, await open(second)];
  } catch (error) {
    await one.close();
    throw error;
  }
}
