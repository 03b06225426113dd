import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { resolveConfig } from '../../tools/config.ts';

const schema = z.strictObject({ seed: z.number().int().default(1), episodes: z.number().int().default(10) });
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foresight-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function configFile(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test('options win over the file, the file over defaults', async () => {
  const path = await configFile('a.json', '{ "seed": 5, "episodes": 20 }');
  expect(await resolveConfig(schema, undefined, {})).toEqual({ seed: 1, episodes: 10 });
  expect(await resolveConfig(schema, path, { seed: 7, episodes: undefined })).toEqual({
    seed: 7,
    episodes: 20,
  });
});

test('an unknown key is an error that names file and key', async () => {
  const path = await configFile('b.json', '{ "epsiodes": 20 }');
  await expect(resolveConfig(schema, path, {})).rejects.toThrow(/b\.json: .*epsiodes/);
});

test('a file that is missing or is not a JSON object is an error that names it', async () => {
  await expect(resolveConfig(schema, join(folder, 'none.json'), {})).rejects.toThrow('none.json');
  await expect(resolveConfig(schema, await configFile('c.json', '{'), {})).rejects.toThrow(
    'c.json: not JSON',
  );
  await expect(resolveConfig(schema, await configFile('d.json', '[1]'), {})).rejects.toThrow(
    'expected a JSON object',
  );
});
