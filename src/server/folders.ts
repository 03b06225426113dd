/** The folders in a folder, each described or said to be broken. */
import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ForesightError } from '../spec/errors.ts';
import type { Problem } from './messages.ts';

export interface Described<Facts> {
  readonly facts: Facts[];
  readonly problems: Problem[];
}

/** Names in a folder, sorted, without hidden and temporary ones; none when there is no such folder yet. */
export async function namesIn(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => !name.startsWith('.')).sort();
}

/**
 * Describes every folder in `dir` that holds the file `marker`. What is wrong with one becomes a problem by its
 * name: a half-written checkpoint must not hide the others.
 */
export async function describeFolders<Facts>(
  dir: string,
  marker: string,
  describe: (folder: string, name: string) => Promise<Facts>,
): Promise<Described<Facts>> {
  const facts: Facts[] = [];
  const problems: Problem[] = [];
  for (const name of await namesIn(dir)) {
    const folder = join(dir, name);
    if (!(await exists(join(folder, marker)))) continue;
    try {
      facts.push(await describe(folder, name));
    } catch (error) {
      if (!(error instanceof ForesightError)) throw error;
      problems.push({ name, problem: error.message });
    }
  }
  return { facts, problems };
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** What a folder holds, bytes; files that come or go meanwhile may be left out. */
export async function bytesIn(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
