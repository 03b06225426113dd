/** Files appear whole or not at all: written under a temporary name beside the target, then renamed. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Lets `write` make a file under a temporary name, then moves it to `path`. The name keeps the extension, since
 * some writers go by it. On failure nothing is left behind.
 */
export async function replaceFile(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.tmp-${process.pid}-${basename(path)}`);
  try {
    await write(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Replaces `path` by these bytes or this text. */
export async function replaceFileWith(path: string, content: Uint8Array | string): Promise<void> {
  await replaceFile(path, (temporary) => writeFile(temporary, content));
}
