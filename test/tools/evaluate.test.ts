import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { summarise, type EpisodeResult, type SuiteResult } from '../../src/evaluation/evaluate.ts';
import { pushSuite } from '../../src/evaluation/push-suite.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { successTable } from '../../tools/evaluate.ts';
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
      pushSuite,
      'model',
      7,
      [1, 2, 6].map((cm, i) => episode(i, cm)),
    );
    const [, line] = successTable([result]).split('\n');
    // Wilson's 95% interval of 2 in 3.
    const cells = ['push', 'model', '2/3 = 67%', '21% to 94%', '3.00 / 2.00', '9.0', '21.0', '200 / 300'];
    expect(line.split(/ {2,}/)).toEqual(cells);
  });

  test('tells planners apart when there are several', () => {
    const results = [1, 3].map((cm) => summarise(pushSuite, 'model', 7, [episode(0, cm)]));
    const [head, first, second] = successTable(results, ['icem', 'mppi']).split('\n');
    const columns = (line: string): string[] => line.split(/ {2,}/).slice(0, 4);
    expect(columns(head)).toEqual(['suite', 'model', 'planner', 'success']);
    expect(columns(first)).toEqual(['push', 'model', 'icem', '1/1 = 100%']);
    expect(columns(second)).toEqual(['push', 'model', 'mppi', '0/1 = 0%']);
  });

  test('of nothing claims nothing', () => {
    const [, line] = successTable([summarise(pushSuite, 'model', 7, [])]).split('\n');
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
    const once = (await foresightJson(words)) as Answer;
    const again = (await foresightJson([...words, '--beside', 'random'])) as Answer & { beside: Answer[] };
    expect(once.episodes.map(({ index }) => index)).toEqual([2]);
    expect(again.episodes).toEqual(once.episodes);
    const [random] = again.beside;
    expect(random.controller).toBe('random');
    expect(random.episodes[0]).toMatchObject({ index: 2, startCm: once.episodes[0].startCm });
    expect(random.episodes[0].finalCm).not.toBe(once.episodes[0].finalCm);
  });

  test('with several planners: a run of each, with its settings', async () => {
    const words = 'evaluate --model oracle --episodes 1 --seed 11 --candidates 2 --horizon 1'.split(' ');
    const planners = ['--planner', 'mppi,random-shooting', '--planner-options', 'beta=1'];
    type Answer = Pick<SuiteResult, 'controller'> & { settings: Record<string, unknown> };
    const { settings, beside } = (await foresightJson([...words, ...planners])) as Answer & {
      beside: Answer[];
    };
    const asked = { candidates: 2, horizon: 1, beta: 1 };
    expect(settings).toMatchObject({ planner: 'mppi', ...asked });
    expect(beside).toHaveLength(1);
    expect(beside[0]).toMatchObject({
      controller: 'oracle',
      settings: { planner: 'random-shooting', ...asked },
    });
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
    expect(stderr).toContain('choose one of: push, push-novel');
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
