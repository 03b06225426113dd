/** Long work ordered from a page: real commands in processes of their own. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Jobs, type JobState } from '../../src/jobs/jobs.ts';
import type { Order } from '../../src/jobs/orders.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SCRIPT = fileURLToPath(new URL('../../tools/foresight.mjs', import.meta.url));
const collect: Order = { job: 'collect', dataset: 'play', minutes: 0.1, seed: 1, policy: 'aimed' };

async function jobsIn(folder: string, heldRig?: string) {
  const states: JobState[] = [];
  const pictures: Uint8Array[] = [];
  const jobs = new Jobs({
    folders: {
      dataDir: join(folder, 'data'),
      rigsDir: folder,
      modelsDir: join(folder, 'models'),
      videosDir: join(folder, 'videos'),
      resultsDir: join(folder, 'results'),
    },
    script: SCRIPT,
    ...(heldRig === undefined ? {} : { heldRig }),
    onChange: (state) => states.push(state),
    onPicture: (jpeg) => pictures.push(jpeg),
  });
  const over = () =>
    expect.poll(() => jobs.state?.phase, { timeout: 30_000 }).not.toMatch(/running|stopping/);
  return { jobs, states, pictures, over };
}

it('collects, tells how it gets on, shows what the camera sees, and answers with what was printed', async () => {
  const folder = await temporaryFolder();
  const { jobs, states, pictures, over } = await jobsIn(folder);
  jobs.begin(collect);
  expect(jobs.state).toMatchObject({ phase: 'running', order: collect, result: null });
  expect(() => jobs.begin(collect)).toThrow('another job is under way');
  await over();
  expect(jobs.state).toMatchObject({
    phase: 'done',
    command: `npx foresight collect --out ${join(folder, 'data/play')} --minutes 0.1 --seed 1 --policy aimed`,
    progress: { total: 0.1, done: 0.2 },
    problem: null,
    result: { complete: true, episodes: 1 },
  });
  expect(states.some(({ progress }) => progress !== null)).toBe(true);
  // JPEGs begin with these bytes.
  expect([...pictures[0].slice(0, 2)]).toEqual([0xff, 0xd8]);
}, 40_000);

it('does not play with a table that the page has open, and says how to', async () => {
  const { jobs } = await jobsIn(await temporaryFolder(), 'desk.json');
  let refused: unknown;
  try {
    jobs.begin(collect);
  } catch (error) {
    refused = error;
  }
  expect(refused).toMatchObject({
    message: 'collect: the table is in use by this page',
    next: 'stop foresight serve, then: npx foresight collect --rig desk.json',
  });
  expect(jobs.state).toBeNull();
});

it('is stopped as by Ctrl-C, and the same order goes on', async () => {
  const { jobs, over } = await jobsIn(await temporaryFolder());
  jobs.begin({ ...collect, minutes: 1000 });
  await expect.poll(() => jobs.state?.progress?.done ?? 0, { timeout: 30_000 }).toBeGreaterThan(0);
  jobs.end();
  await over();
  expect(jobs.state).toMatchObject({ phase: 'stopped', problem: null });
  const { episodes } = jobs.state!.result as { episodes: number };
  jobs.begin({ ...collect, minutes: ((episodes + 1) * 25) / 120 });
  await over();
  expect(jobs.state).toMatchObject({ phase: 'done', result: { added: 1, episodes: episodes + 1 } });
}, 60_000);

it('is stopped too while it only starts', async () => {
  const { jobs, over } = await jobsIn(await temporaryFolder());
  jobs.begin(collect);
  jobs.end();
  await over();
  expect(jobs.state).toMatchObject({ phase: 'stopped', problem: null });
}, 40_000);

it('says what went wrong and what to do', async () => {
  const { jobs, over } = await jobsIn(await temporaryFolder());
  jobs.begin({ job: 'train', dataset: 'none', model: 'mine', minutes: 1, seed: 1, network: 'rigid' });
  await over();
  expect(jobs.state!.phase).toBe('failed');
  expect(jobs.state!.problem!.next).toContain('collect');
  expect(jobs.state!.problem!.message).toMatch(/^no dataset at .*none$/);
}, 40_000);
