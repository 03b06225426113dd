import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { episodeMessage, episodesMessage } from '../../src/server/messages.ts';
import { syntheticEpisode, writeSynthetic } from '../dataset/synthetic.ts';

const STEPS = 5;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'foresight-episodes-'));
  const dataDir = join(root, 'data');
  await writeSynthetic(join(dataDir, 'play'), 2, STEPS);
  app = createApp({
    dataDir,
    modelsDir: join(root, 'models'),
    videosDir: join(root, 'videos'),
    rigsDir: root,
  });
  return () => rm(root, { recursive: true });
});
const at = '/api/datasets/play/episodes';
const json = async (address: string): Promise<unknown> => (await app.request(address)).json();

it('lists the episodes of a dataset', async () => {
  expect(episodesMessage.parse(await json(at))).toEqual({
    name: 'play',
    frame: { height: 24, width: 32 },
    controlHz: 2,
    episodes: [0, 1].map((index) => ({
      index,
      seed: index,
      policy: 'test',
      frames: STEPS + 1,
      leftOut: false,
    })),
  });
});

it('tells what was sent in one of them, and where the tip was', async () => {
  const { actionNames, actions, tips } = episodeMessage.parse(await json(`${at}/1`));
  const { moments } = syntheticEpisode(1, STEPS);
  expect(actionNames).toEqual(['x', 'y', 'z']);
  expect(actions).toHaveLength(STEPS + 1);
  expect(actions[2][1]).toBeCloseTo(moments[2].action![1], 6);
  expect(actions[STEPS]).toEqual([0, 0, 0]);
  expect(tips[3][0]).toBeCloseTo(moments[3].arm.tip[0], 6);
});

it.each([
  ['recorded', 24, 32],
  ['thumbnail', 60, 80],
])('shows its frames in a row, %s', async (picture, height, width) => {
  const response = await app.request(`${at}/1/${picture}.jpg`);
  expect(response.headers.get('Content-Type')).toBe('image/jpeg');
  const row = sharp(Buffer.from(await response.arrayBuffer()));
  expect(await row.metadata()).toMatchObject({ format: 'jpeg', height, width: width * (STEPS + 1) });
});

it('leaves an episode out, only when a page that is served here asks for it', async () => {
  const ask = (headers: Record<string, string>, body: unknown = { leftOut: true }) =>
    app.request(`http://localhost${at}/1/left-out`, { method: 'PUT', headers, body: JSON.stringify(body) });
  expect((await ask({})).status).toBe(403);
  expect((await ask({ Origin: 'http://elsewhere.example' })).status).toBe(403);
  expect((await ask({ Origin: 'http://localhost' }, { leftOut: 'yes' })).status).toBe(400);
  expect((await ask({ Origin: 'http://localhost' })).status).toBe(204);
  const { episodes } = episodesMessage.parse(await json(at));
  expect(episodes.map(({ leftOut }) => leftOut)).toEqual([false, true]);
});

it.each([
  'none/episodes',
  'play/episodes/7',
  'play/episodes/x',
  '..%2f..%2fetc/episodes',
  'play/episodes/7/thumbnail.jpg',
])('says that there is no %s', async (path) => {
  const response = await app.request(`/api/datasets/${path}`);
  expect(response.status).toBe(404);
});
