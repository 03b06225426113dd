/**
 * Results of single tasks on disk, a line each, so that a long evaluation can be stopped and goes on. A line says
 * everything that its result follows from: results of another seed, checkpoint or planner are never mixed in.
 */
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ForesightError } from '../spec/errors.ts';
import type { EpisodeResult } from './evaluate.ts';

/** What a task's result follows from, its index aside. */
export interface RunIdentity {
  readonly suite: string;
  readonly contender: string;
  readonly seed: number;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Journal {
  /** The results that are there already, by index. */
  of(identity: RunIdentity): ReadonlyMap<number, EpisodeResult>;
  add(identity: RunIdentity, result: EpisodeResult): Promise<void>;
}

/** A journal that is kept nowhere. */
export function memoryJournal(): Journal {
  return journalOf(new Map(), async () => {});
}

/**
 * Opens the journal in `path`, empty where there is none. A last line without its end is what a killed run left, and
 * is taken away; anything else that cannot be read throws a ForesightError with the line's number.
 */
export async function openJournal(path: string): Promise<Journal> {
  await mkdir(dirname(path), { recursive: true });
  const text = existsSync(path) ? await readFile(path, 'utf8') : '';
  const known = new Map<string, Map<number, EpisodeResult>>();
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  for (const [i, line] of lines.entries()) {
    if (line === '') continue;
    const { result, ...identity } = parseLine(line, `${path}, line ${i + 1}`);
    resultsOf(known, identity).set(result.index, result);
  }
  if (torn !== '') await truncate(path, Buffer.byteLength(text) - Buffer.byteLength(torn));
  return journalOf(known, (line) => appendFile(path, `${line}\n`));
}

function journalOf(
  known: Map<string, Map<number, EpisodeResult>>,
  write: (line: string) => Promise<void>,
): Journal {
  return {
    of: (identity) => resultsOf(known, identity),
    add: async (identity, result) => {
      resultsOf(known, identity).set(result.index, result);
      await write(JSON.stringify({ ...identity, result }));
    },
  };
}

function resultsOf(
  known: Map<string, Map<number, EpisodeResult>>,
  { suite, contender, seed, settings }: RunIdentity,
): Map<number, EpisodeResult> {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = JSON.stringify([suite, contender, seed, sorted]);
  const results = known.get(key) ?? new Map<number, EpisodeResult>();
  known.set(key, results);
  return results;
}

function parseLine(line: string, where: string): RunIdentity & { readonly result: EpisodeResult } {
  try {
    const value = JSON.parse(line) as RunIdentity & { readonly result: EpisodeResult };
    if (Number.isInteger(value.result.index)) return value;
  } catch {
    // Said below.
  }
  throw new ForesightError(`${where}: not a result of foresight evaluate`, {
    next: 'remove that line, or name another file with --journal',
  });
}
