import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCampaign, type CampaignRun } from '../../src/evaluation/campaign.ts';
import { DEFAULT_PLANNER } from '../../src/planner/registry.ts';
import { memoryJournal } from '../../src/evaluation/journal.ts';

const script = join(import.meta.dirname, '../../tools/worker.mjs');
const spec = { suite: 'push', seed: 1000, planner: DEFAULT_PLANNER, plannerOptions: {}, threads: 1 };
const runs: CampaignRun[] = ['random', 'scripted'].map((contender) => ({
  spec: { ...spec, contender },
  indices: [0, 1],
}));

it('carries out every task of every run once, and only those the journal lacks the next time', async () => {
  const journal = memoryJournal();
  const seen: string[] = [];
  const go = (wanted: readonly CampaignRun[]) =>
    runCampaign(wanted, {
      journal,
      onTask: ({ done, known, run, finished }) => {
        seen.push(`${known}+${done} ${run.spec.contender} ${finished.length}`);
      },
    });
  const [random, scripted] = await go(runs);
  expect(seen).toEqual(['0+1 random 1', '0+2 random 2', '0+3 scripted 1', '0+4 scripted 2']);
  expect(random.result).toMatchObject({ suite: 'push', controller: 'random', seed: 1000 });
  expect(scripted.result.success).toMatchObject({ successes: 2, trials: 2 });

  seen.length = 0;
  const more = await go(runs.map((run) => ({ ...run, indices: [0, 1, 2] })));
  expect(seen).toEqual(['4+1 random 3', '4+2 scripted 3']);
  expect(more[1].result.episodes.slice(0, 2)).toEqual(scripted.result.episodes);
});

it('stops at the signal, in this process and in others, and says what was finished', async () => {
  for (const jobs of [1, 2]) {
    const stop = new AbortController();
    const [random, scripted] = await runCampaign(runs, {
      journal: memoryJournal(),
      ...(jobs > 1 ? { crew: { jobs, script } } : {}),
      signal: stop.signal,
      onTask: () => stop.abort(),
    });
    expect(random.result.episodes).toHaveLength(1);
    expect(scripted.result.episodes).toHaveLength(0);
  }
});
