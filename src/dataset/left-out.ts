/**
 * Episodes that are not learned from: `meta/left_out.json` beside the index. Nothing of them is deleted, and readers that
 * do not know the file see a dataset like any other.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ensure, ForesightError } from '../spec/errors.ts';
import { indexedEpisodes, listFiles } from './episode-index.ts';
import { readJson, writeJson } from './files.ts';
import { paths } from './layout.ts';

const schema = z.strictObject({ episodes: z.array(z.number().int().nonnegative()) });

/** The numbers of the episodes of the dataset in `dir` that are left out; throws when the file is damaged. */
export async function readLeftOut(dir: string): Promise<ReadonlySet<number>> {
  const file = join(dir, paths.leftOut);
  if (!existsSync(file)) return new Set();
  const result = schema.safeParse(await readJson(file));
  if (result.success) return new Set(result.data.episodes);
  throw new ForesightError(`${file}: expected { "episodes": [0, 1, ...] }`, {
    next: `rm ${file} and mark them again: npx foresight dataset leave-out ${dir} <episodes>`,
  });
}

/** Marks episodes as left out, or as learned from again; answers with all that are left out now. */
export async function leaveOut(dir: string, episodes: readonly number[], isOut: boolean): Promise<number[]> {
  const there = new Set(indexedEpisodes(await listFiles(dir)));
  for (const episode of episodes) {
    ensure(there.has(episode), `${dir}: no episode ${episode}; it holds ${there.size}`);
  }
  const kept = [...(await readLeftOut(dir))].filter((episode) => !episodes.includes(episode));
  const now = [...kept, ...(isOut ? episodes : [])].sort((a, b) => a - b);
  await writeJson(join(dir, paths.leftOut), { episodes: now });
  return now;
}
