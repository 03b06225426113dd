/** What is under `/api/datasets/<name>/episodes`. */
import { join } from 'node:path';
import { Hono } from 'hono';
import { leaveOut } from '../dataset/left-out.ts';
import { nameSchema } from '../jobs/orders.ts';
import { ForesightError } from '../spec/errors.ts';
import { describeEpisode, episodeStrip, listEpisodes } from './episodes.ts';
import { leftOutSchema, type EpisodeMessage, type EpisodesMessage } from './messages.ts';

/** Videos decoded at once: each takes a process of its own. */
const AT_ONCE = 2;
/** Pictures of an episode do not change under its seed, which is part of their address. */
const KEEP = 'private, max-age=86400';
const HEIGHTS = { thumbnail: 60, recorded: undefined } as const;

export function episodeRoutes(dataDir: string): Hono {
  const app = new Hono();
  const inTurn = atMost(AT_ONCE);

  app.get('/:name/episodes', async (c) =>
    c.json<EpisodesMessage>(await listEpisodes(dataDir, nameOf(c.req.param('name')))),
  );
  app.get('/:name/episodes/:episode', async (c) =>
    c.json<EpisodeMessage>(
      await describeEpisode(dataDir, nameOf(c.req.param('name')), numberOf(c.req.param('episode'))),
    ),
  );
  app.get('/:name/episodes/:episode/:picture{(thumbnail|recorded)\\.jpg}', async (c) => {
    const name = nameOf(c.req.param('name'));
    const episode = numberOf(c.req.param('episode'));
    const height = HEIGHTS[c.req.param('picture').replace('.jpg', '') as keyof typeof HEIGHTS];
    const jpeg = await inTurn(() => episodeStrip(dataDir, name, episode, height));
    c.header('Cache-Control', KEEP);
    return c.body(Buffer.from(jpeg), 200, { 'Content-Type': 'image/jpeg' });
  });
  app.put('/:name/episodes/:episode/left-out', async (c) => {
    const wanted = leftOutSchema.safeParse(await c.req.json().catch(() => null));
    if (!wanted.success) return c.json({ message: 'expected { "leftOut": true } or false' }, 400);
    const dir = join(dataDir, nameOf(c.req.param('name')));
    await leaveOut(dir, [numberOf(c.req.param('episode'))], wanted.data.leftOut);
    return c.body(null, 204);
  });
  return app;
}

function nameOf(text: string): string {
  const name = nameSchema.safeParse(text);
  if (!name.success) throw new ForesightError(`no dataset '${text}'`);
  return name.data;
}

function numberOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new ForesightError(`no episode '${text}'`);
  return Number(text);
}

/** Lets so many pieces of work run at a time; the others wait for their turn. */
function atMost(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
