/** One writer at a time: a lock file that names the process holding it. */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { ForesightError } from '../spec/errors.ts';

/**
 * Takes the lock, and over from a process that no longer runs (a killed recording).
 *
 * @returns gives the lock back
 * @throws ForesightError naming the process that holds it
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() });
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(mine);
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readHolder(path);
    if (holder !== null && (holder.host !== hostname() || isRunning(holder.pid))) {
      throw new ForesightError(
        `${dirname(dirname(path))} is being written by process ${holder.pid} on ${holder.host} since ${holder.since}`,
        { next: `wait for it, or stop it; if no such process runs, remove ${path}` },
      );
    }
    await rm(path, { force: true });
  }
}

async function readHolder(path: string): Promise<{ pid: number; host: string; since: string } | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as { pid: number; host: string; since: string };
  } catch {
    // Killed between making the file and writing to it, or given back just now.
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
