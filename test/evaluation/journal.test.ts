import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EpisodeResult } from '../../src/evaluation/evaluate.ts';
import { memoryJournal, openJournal, type RunIdentity } from '../../src/evaluation/journal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const run: RunIdentity = {
  suite: 'push',
  contender: 'someone',
  seed: 7,
  settings: { horizon: 10, planner: 'cem' },
};

const result = (index: number, finalCm = 1): EpisodeResult => ({
  index,
  success: finalCm <= 2.5,
  startCm: 10,
  finalCm,
  closestCm: finalCm,
  finalPx: 3,
  steps: 20,
  trackingPx: null,
  planMs: [1, 2],
  missedDeadlines: 0,
});

describe('the journal', () => {
  it('remembers, from one opening to the next, what was run and how', async () => {
    const path = join(await temporaryFolder(), 'deep', 'journal.jsonl');
    const journal = await openJournal(path);
    await journal.add(run, result(3));
    await journal.add(run, result(1, 4));
    await journal.add({ ...run, seed: 8 }, result(3, 9));
    for (const each of [journal, await openJournal(path)]) {
      expect([...each.of(run).keys()].sort()).toEqual([1, 3]);
      expect(each.of(run).get(1)).toEqual(result(1, 4));
      expect(each.of({ ...run, seed: 8 }).get(3)).toEqual(result(3, 9));
      // Settings are the same in any order, and others are others.
      expect(each.of({ ...run, settings: { planner: 'cem', horizon: 10 } }).size).toBe(2);
      for (const other of [
        { suite: 'stay' },
        { contender: 'else' },
        { settings: { horizon: 9, planner: 'cem' } },
      ]) {
        expect(each.of({ ...run, ...other }).size).toBe(0);
      }
    }
  });

  it('takes away the half line that a killed run left, and goes on after it', async () => {
    const path = join(await temporaryFolder(), 'journal.jsonl');
    await (await openJournal(path)).add(run, result(0));
    const whole = await readFile(path, 'utf8');
    await appendFile(path, '{"suite":"pu');
    const journal = await openJournal(path);
    expect(await readFile(path, 'utf8')).toBe(whole);
    await journal.add(run, result(1));
    expect((await openJournal(path)).of(run).size).toBe(2);
  });

  it('names the line that it cannot read', async () => {
    const path = join(await temporaryFolder(), 'journal.jsonl');
    await (await openJournal(path)).add(run, result(0));
    const whole = await readFile(path, 'utf8');
    await writeFile(path, `${whole}something else\n${whole}`);
    await expect(openJournal(path)).rejects.toThrow(`${path}, line 2: not a result of foresight evaluate`);
  });

  it('in memory is empty at first', async () => {
    const journal = memoryJournal();
    expect(journal.of(run).size).toBe(0);
    await journal.add(run, result(0));
    expect(journal.of(run).size).toBe(1);
  });
});
