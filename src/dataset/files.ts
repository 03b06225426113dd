/** The dataset's JSON files: written whole, read with errors that name them. */
import { readFile } from 'node:fs/promises';
import { replaceFileWith } from '../files/atomic.ts';
import { ForesightError } from '../spec/errors.ts';

/** Writes a value as indented JSON. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await replaceFileWith(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Reads JSON; the error names the file, whether it is missing or not JSON. */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ForesightError(`${path}: ${reason(error)}`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ForesightError(`${path}: not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** In words, why a file could not be read. */
export function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'missing';
  if (code === 'EISDIR') return 'a folder, not a file';
  if (code === 'EACCES') return 'no permission to read it';
  return error instanceof Error ? error.message : String(error);
}
