/** The routes of `foresight serve`: the page, what is on disk under `/api/`, and the robot on a socket. */
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { listDatasets } from './datasets.ts';
import type { Hub } from './hub.ts';
import type { DatasetsMessage, ModelsMessage, VideosMessage } from './messages.ts';
import { listModels } from './models.ts';
import { studioSocket } from './socket.ts';
import { findVideo, listVideos } from './videos.ts';

/** The folders that are shown; none needs to exist yet. */
export interface ShownFolders {
  readonly videosDir: string;
  readonly modelsDir: string;
  readonly dataDir: string;
}

/** The page as vite has built it. */
export const PAGE = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Names of this machine, seen from itself. */
const LOCAL = ['127.0.0.1', 'localhost'];

/** @param hub the robot's; without one there is none, and the page shows what is on disk */
export function createApp({ videosDir, modelsDir, dataDir }: ShownFolders, hub?: Hub): Hono {
  const app = new Hono();

  // Nothing from other hosts, whatever a name on disk should look like. Pictures of the camera are addresses of blobs.
  const contentSecurityPolicy = { defaultSrc: ["'self'"], imgSrc: ["'self'", 'data:', 'blob:'] };
  app.use(secureHeaders({ contentSecurityPolicy, strictTransportSecurity: false }));

  // A foreign page may resolve its own host's name to 127.0.0.1 and so come to read what is served here.
  app.use(async (c, next) => {
    if (!LOCAL.includes(new URL(c.req.url).hostname)) return c.text('only for this machine', 403);
    c.header('Cache-Control', 'no-cache');
    return next();
  });

  app.get('/api/videos', async (c) => c.json<VideosMessage>({ videos: await listVideos(videosDir) }));
  app.get('/api/models', async (c) => c.json<ModelsMessage>(await listModels(modelsDir)));
  app.get('/api/datasets', async (c) => c.json<DatasetsMessage>(await listDatasets(dataDir)));
  if (hub) app.get('/api/studio', studioSocket(hub));

  app.get('/videos/:name', async (c, next) => {
    const path = await findVideo(videosDir, c.req.param('name'));
    if (path === null) return c.notFound();
    c.header('Accept-Ranges', 'bytes');
    return serveStatic({ path })(c, next);
  });

  app.get('/', serveStatic({ path: `${PAGE}/index.html` }));
  app.get('/assets/*', serveStatic({ root: PAGE }));

  app.notFound((c) => c.text('nothing here', 404));
  app.onError((error, c) => c.text(error.message, 500));
  return app;
}
