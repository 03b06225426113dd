import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { summarise, type EpisodeResult, type SuiteResult } from '../../src/evaluation/evaluate.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { successTable } from '../../tools/success-table.ts';
import { foresight, foresightJson } from './run-foresight.ts';

const episode = (index: number, finalCm: number): EpisodeResult => ({
  index,
  success: finalCm <= 2.5,
  startCm: 10,
  finalCm,
  closestCm: finalCm,
  finalPx: 3 * finalCm,
  steps: 20 + index,
  trackingPx: 1,
  planMs: [100, 300],
  missedDeadlines: 0,
});

describe('the success table', () => {
  test('has a line a contender: rate, interval, distances, steps, times', () => {
    const result = summarise(
      'push',
      'model',
      7,
      [1, 2, 6].map((cm, i) => episode(i, cm)),
    );
    const [, line] = successTable([{ result, settings: {} }]).split('\n');
    // Wilson's 95% interval of 2 in 3.
    const cells = ['push', 'model', '2/3 = 67%', '21% to 94%', '3.00 / 2.00', '9.0', '21.0', '200 / 300'];
    expect(line.split(/ {2,}/)).toEqual(cells);
  });

  test('tells planners apart when there are several', () => {
    const results = ['icem', 'mppi'].map((planner, i) => ({
      result: summarise('push', 'model', 7, [episode(0, [1, 3][i])]),
      settings: { planner },
    }));
    const [head, first, second] = successTable(results, { showsPlanners: true }).split('\n');
    const columns = (line: string): string[] => line.split(/ {2,}/).slice(0, 4);
    expect(columns(head)).toEqual(['suite', 'model', 'planner', 'success']);
    expect(columns(first)).toEqual(['push', 'model', 'icem', '1/1 = 100%']);
    expect(columns(second)).toEqual(['push', 'model', 'mppi', '0/1 = 0%']);
  });

  test('of nothing claims nothing', () => {
    const [, line] = successTable([{ result: summarise('push', 'model', 7, []), settings: {} }]).split('\n');
    expect(line.split(/ {2,}/)).toEqual([
      'push',
      'model',
      '0/0 = -',
      '0% to 100%',
      '- / -',
      '-',
      '-',
      '- / -',
    ]);
  });
});

describe('foresight evaluate', () => {
  test('seeded, the same task ends the same way; others beside get the same task', async () => {
    const words = 'evaluate --model scripted --episodes 1 --first 2 --seed 11'.split(' ');
    type Answer = Pick<SuiteResult, 'controller' | 'episodes'>;
    const [once] = (await foresightJson(words)) as Answer[];
    const [again, random] = (await foresightJson([...words, '--beside', 'random'])) as Answer[];
    expect(once.episodes.map(({ index }) => index)).toEqual([2]);
    expect(again.episodes).toEqual(once.episodes);
    expect(random.controller).toBe('random');
    expect(random.episodes[0]).toMatchObject({ index: 2, startCm: once.episodes[0].startCm });
    expect(random.episodes[0].finalCm).not.toBe(once.episodes[0].finalCm);
  });

  test('several suites, shared out to two processes, kept in a journal: repeated, it has nothing left to do', async () => {
    const journal = join(await temporaryFolder(), 'journal.jsonl');
    const words =
      `evaluate --model random --suite push,stay --episodes 2 --seed 11 --journal ${journal}`.split(' ');
    type Answer = Pick<SuiteResult, 'suite' | 'episodes'>;
    const once = (await foresightJson([...words, '--jobs', '2'])) as Answer[];
    expect(once.map(({ suite }) => suite)).toEqual(['push', 'stay']);
    const lines = await readFile(journal, 'utf8');
    expect(lines.trimEnd().split('\n')).toHaveLength(4);
    expect(await foresightJson(words)).toEqual(once);
    expect(await readFile(journal, 'utf8')).toBe(lines);
    const [, alone] = (await foresightJson(
      words.filter((w) => w !== '--journal' && w !== journal),
    )) as Answer[];
    expect(alone.episodes.map(({ finalCm }) => finalCm)).toEqual(
      once[1].episodes.map(({ finalCm }) => finalCm),
    );
  });

  test('what fails in another process is said as it would be here', async () => {
    const folder = await temporaryFolder();
    const { code, stderr } = await foresight(['evaluate', '--model', 'nowhere', '--jobs', '2'], {
      cwd: folder,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('nowhere/config.json: no checkpoint there');
    expect(stderr).toMatch(/^next: npx foresight train/m);
  });

  test('with several planners: a run of each, with its settings', async () => {
    const words = 'evaluate --model oracle --episodes 1 --seed 11 --candidates 2 --horizon 1'.split(' ');
    const planners = ['--planner', 'mppi,random-shooting', '--planner-options', 'beta=1'];
    const runs = await foresightJson([...words, ...planners]);
    const asked = { candidates: 2, horizon: 1, beta: 1 };
    expect(runs).toMatchObject([
      { controller: 'oracle', settings: { planner: 'mppi', ...asked } },
      { controller: 'oracle', settings: { planner: 'random-shooting', ...asked } },
    ]);
  });

  test.each([
    ['icem,genetic', 'beta=1', /no planner 'genetic'[^]*next: choose one of: icem, cem, mppi, gradient/],
    ['icem,cem', 'beta=1', /Unrecognized key: "beta"[^]*next: its settings are candidates, iterations/],
  ])('what is wrong with planners %s is said before anything is tried', async (planner, options, message) => {
    const words = ['evaluate', '--model', 'nowhere', '--planner', planner, '--planner-options', options];
    const { code, stderr } = await foresight(words);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  test('the simulator has no gradients, and says so', async () => {
    const { code, stderr } = await foresight(
      'evaluate --model oracle --episodes 1 --planner gradient'.split(' '),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('gradient needs costs that can be differentiated');
  });

  test('an unknown suite is an error that lists them', async () => {
    const { code, stderr } = await foresight(['evaluate', '--suite', 'pull', '--model', 'random']);
    expect(code).toBe(1);
    expect(stderr).toContain('choose one of: push, push-far');
  });
});

describe('foresight demo', { timeout: 60_000 }, () => {
  test('without its checkpoint it says how to come by one', async () => {
    const { code, stderr } = await foresight(['demo'], { cwd: await temporaryFolder() });
    expect(code).toBe(1);
    expect(stderr).toContain('models/tabletop');
    expect(stderr).toMatch(/^next: .*foresight train/m);
  });

  test('is what `npm run demo` runs', async () => {
    const root = join(import.meta.dirname, '../..');
    const { stdout } = await promisify(execFile)('npm', ['run', 'demo', '--', '--help'], { cwd: root });
    expect(stdout).toContain('Usage: foresight demo');
  });

  test('three tasks, a table, three videos', async () => {
    const folder = await temporaryFolder();
    const { code, stdout } = await foresight(['demo', '--model', 'scripted', '--out', 'out'], {
      cwd: folder,
    });
    expect(code).toBe(0);
    const videos = ['push-0.mp4', 'push-1.mp4', 'push-2.mp4'];
    expect(await readdir(`${folder}/out`)).toEqual(videos);
    expect(stdout).toMatch(/^push +scripted +\d\/3 = /m);
    for (const video of videos) expect(stdout).toContain(`out/${video}`);
  });
});
