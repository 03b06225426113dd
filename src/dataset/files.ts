/** Files that are there whole or not at all: written beside their place under a temporary name, then renamed. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ForesightError } from '../spec/errors.ts';

/** Ends the names of files that are being written; what a killed run leaves is recognised by it. */
export const TEMPORARY = '.tmp';

/** Writes `content` to `path` by way of a temporary name; the folder is made when missing. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path + TEMPORARY, content);
    await rename(path + TEMPORARY, path);
  } catch (error) {
    await rm(path + TEMPORARY, { force: true });
    throw error;
  }
}

/** Writes a value as indented JSON. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
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
