/** A command's config: defaults, then a file, then options; strict, and saved as it was resolved. */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { ForesightError } from '../src/spec/errors.ts';

/**
 * Resolves one command's config. Options that were not given (undefined) leave the file's entry alone, and
 * entries that neither gives take the schema's default.
 *
 * @param path the config file (JSON), if one was named
 * @throws ForesightError naming the file and the field when something is missing, wrong or unknown
 */
export async function resolveConfig<Schema extends z.ZodType>(
  schema: Schema,
  path: string | undefined,
  options: Readonly<Record<string, unknown>>,
): Promise<z.infer<Schema>> {
  const fromFile = path === undefined ? {} : await readJsonObject(path);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const result = schema.safeParse({ ...fromFile, ...given });
  if (result.success) return result.data;
  const { path: field, message } = result.error.issues[0];
  const origin = path ?? 'options';
  throw new ForesightError(`${origin}: ${field.length > 0 ? `${field.join('.')}: ` : ''}${message}`, {
    next: path === undefined ? 'see --help for the options' : `correct ${path} and run the command again`,
  });
}

async function readJsonObject(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ForesightError(`no config at ${path}`, { next: 'name an existing file with --config', cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ForesightError(`${path}: not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ForesightError(`${path}: expected a JSON object of config entries`);
  }
  return value as Record<string, unknown>;
}
