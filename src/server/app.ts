/** The routes of `foresight serve`: a page, its videos, and what it asks for under `/api/`. Nothing is changed. */
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { listDatasets } from './datasets.ts';
import type { DatasetsMessage, ModelsMessage, VideosMessage } from './messages.ts';
import { listModels } from './models.ts';
import { findVideo, listVideos } from './videos.ts';

/** The folders that are shown; none needs to exist yet. */
export interface ShownFolders {
  readonly videosDir: string;
  readonly modelsDir: string;
  readonly dataDir: string;
}

/** The page's files, by the address of each. Others in its folder are not given out. */
const PAGE = { '/': 'index.html', '/style.css': 'style.css', '/page.js': 'page.js' };

/** Names of this machine, seen from itself. */
const LOCAL = ['127.0.0.1', 'localhost'];

export function createApp({ videosDir, modelsDir, dataDir }: ShownFolders): Hono {
  const app = new Hono();

  // Nothing from other hosts, whatever a name on disk should look like; the empty icon is a data address.
  const contentSecurityPolicy = { defaultSrc: ["'self'"], imgSrc: ["'self'", 'data:'] };
  app.use(secureHeaders({ contentSecurityPolicy, strictTransportSecurity: false }));

  // A foreign page may resolve its own host's name to 127.0.0.1 and so come to read what is served here.
  app.use(async (c, next) => {
    if (!LOCAL.includes(new URL(c.req.url).hostname)) return c.text('only for this machine', 403);
    c.header('Cache-Control', 'no-cache');
    return next();
  });

  for (const [address, file] of Object.entries(PAGE)) {
    app.get(address, serveStatic({ path: fileURLToPath(new URL(`../../web/${file}`, import.meta.url)) }));
  }

  app.get('/api/videos', async (c) => c.json<VideosMessage>({ videos: await listVideos(videosDir) }));
  app.get('/api/models', async (c) => c.json<ModelsMessage>(await listModels(modelsDir)));
  app.get('/api/datasets', async (c) => c.json<DatasetsMessage>(await listDatasets(dataDir)));

  app.get('/videos/:name', async (c, next) => {
    const path = await findVideo(videosDir, c.req.param('name'));
    if (path === null) return c.notFound();
    c.header('Accept-Ranges', 'bytes');
    return serveStatic({ path })(c, next);
  });

  app.notFound((c) => c.text('nothing here', 404));
  app.onError((error, c) => c.text(error.message, 500));
  return app;
}
