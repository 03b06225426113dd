/** Files appear whole or not at all: written under a temporary name beside the target, then renamed. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Ends the names under which bytes are written; what a killed run leaves is recognised by it. */
export const TEMPORARY = '.tmp';

/**
 * Lets `write` make a file under a temporary name, then moves it to `path`. The name keeps the extension, since
 * some writers go by it. On failure nothing is left behind.
 */
export async function replaceFile(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  await writeThenMove(join(dirname(path), `.tmp-${process.pid}-${basename(path)}`), path, write);
}

/** Replaces `path` by these bytes or this text. */
export async function replaceFileWith(path: string, content: Uint8Array | string): Promise<void> {
  await writeThenMove(path + TEMPORARY, path, (temporary) => writeFile(temporary, content));
}

async function writeThenMove(
  temporary: string,
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await write(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
