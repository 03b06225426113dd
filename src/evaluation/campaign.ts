/** Several contenders in several suites, in one go that can be stopped and goes on: the tasks of a success table. */
import { contenderSettings } from './contenders.ts';
import { forkedMember, localMember, type Member } from './crew.ts';
import { summarise, type EpisodeResult, type SuiteResult } from './evaluate.ts';
import type { Journal, RunIdentity } from './journal.ts';
import type { RunSpec } from './runner.ts';

/** One line of the table to come. */
export interface CampaignRun {
  readonly spec: RunSpec;
  /** Which tasks, by index. */
  readonly indices: readonly number[];
}

export interface CampaignOptions {
  readonly journal: Journal;
  /** Other processes that share the work, and what they run (see `answerRequests`); without, it happens in this one. */
  readonly crew?: { readonly jobs: number; readonly script: string };
  readonly signal?: AbortSignal;
  /** After every task; `done` counts those of this go, `known` those that the journal held when it began. */
  readonly onTask?: (progress: {
    readonly done: number;
    readonly known: number;
    readonly run: CampaignRun;
    readonly finished: readonly EpisodeResult[];
  }) => void;
}

/** Threads for each of so many processes, of those that there are for all. */
export function threadsPerJob(threads: number, jobs: number): number {
  return Math.max(1, Math.floor(threads / jobs));
}

export interface CampaignResult {
  readonly result: SuiteResult;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Carries out what the journal does not hold yet, and sums everything up, a result a run. After `signal` fires it
 * answers with what was finished.
 */
export async function runCampaign(
  runs: readonly CampaignRun[],
  options: CampaignOptions,
): Promise<CampaignResult[]> {
  const { journal, crew, signal, onTask } = options;
  const lines = await Promise.all(runs.map(async (run) => ({ run, identity: await identify(run.spec) })));
  const finishedOf = ({ run, identity }: (typeof lines)[number]): EpisodeResult[] => {
    const results = journal.of(identity);
    return run.indices.flatMap((index) => results.get(index) ?? []);
  };
  const open = lines.flatMap((each) => {
    const results = journal.of(each.identity);
    return each.run.indices.filter((index) => !results.has(index)).map((index) => ({ each, index }));
  });
  const total = runs.reduce((sum, { indices }) => sum + indices.length, 0);
  const queue = open.values();
  let done = 0;
  let failed = false;

  const work = async (member: Member): Promise<void> => {
    try {
      for (const { each, index } of queue) {
        if (signal?.aborted || failed) return;
        const result = await member.run(each.run.spec, index);
        if (result === null) return;
        await journal.add(each.identity, result);
        done++;
        onTask?.({ done, known: total - open.length, run: each.run, finished: finishedOf(each) });
      }
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      await member.close();
    }
  };
  const members = crew
    ? Array.from({ length: Math.min(crew.jobs, open.length) }, () => forkedMember(crew.script, signal))
    : [localMember(signal)];
  await Promise.all(members.map(work));
  return lines.map((each) => {
    const { suite, contender, seed, settings } = each.identity;
    return { result: summarise(suite, contender, seed, finishedOf(each)), settings };
  });
}

async function identify(spec: RunSpec): Promise<RunIdentity> {
  const { suite, contender, seed } = spec;
  return { suite, contender, seed, settings: await contenderSettings(contender, spec) };
}
