/** The routes of `foresight serve`: the page, what is on disk under `/api/`, and the robot on a socket. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { nameSchema } from '../jobs/orders.ts';
import { ForesightError, messageOf } from '../spec/errors.ts';
import { onlyOwnPages, onlyThisMachine, onlyWithToken } from './admission.ts';
import { listDatasets } from './datasets.ts';
import { episodeRoutes } from './episode-routes.ts';
import type { Hub } from './hub.ts';
import type { DatasetsMessage, ModelsMessage, RigsMessage, VideosMessage } from './messages.ts';
import { listModels } from './models.ts';
import { listRigs } from './rigs.ts';
import { studioSocket } from './socket.ts';
import { findVideo, listVideos } from './videos.ts';

/** The folders that are shown; none needs to exist yet. */
export interface ShownFolders {
  readonly videosDir: string;
  readonly modelsDir: string;
  readonly dataDir: string;
  readonly rigsDir: string;
}

/** The page as vite has built it. */
export const PAGE = fileURLToPath(new URL('../../web/dist', import.meta.url));

export interface AppOptions {
  /** The robot's; without one there is none, and the page shows what is on disk. */
  readonly hub?: Hub;
  /** What everyone has to show who wants in, from whatever host; without one only this machine gets in. */
  readonly token?: string;
}

export function createApp(folders: ShownFolders, { hub, token }: AppOptions = {}): Hono {
  const { videosDir, modelsDir, dataDir, rigsDir } = folders;
  const app = new Hono();

  // Nothing from other hosts, whatever a name on disk should look like. Pictures of the camera are addresses of blobs.
  const contentSecurityPolicy = { defaultSrc: ["'self'"], imgSrc: ["'self'", 'data:', 'blob:'] };
  app.use(secureHeaders({ contentSecurityPolicy, strictTransportSecurity: false }));

  app.use(token === undefined ? onlyThisMachine : onlyWithToken(token));
  app.use(onlyOwnPages);
  app.use(async (c, next) => {
    c.header('Cache-Control', 'no-cache');
    return next();
  });

  app.get('/api/videos', async (c) => c.json<VideosMessage>({ videos: await listVideos(videosDir) }));
  app.get('/api/models', async (c) => c.json<ModelsMessage>(await listModels(modelsDir)));
  app.get('/api/datasets', async (c) => c.json<DatasetsMessage>(await listDatasets(dataDir)));
  app.get('/api/rigs', async (c) => c.json<RigsMessage>(await listRigs(rigsDir)));
  app.route('/api/datasets', episodeRoutes(dataDir));
  app.get('/models/:name/held-out.webp', async (c, next) => {
    const name = nameSchema.safeParse(c.req.param('name'));
    if (!name.success) return c.notFound();
    return serveStatic({ path: join(modelsDir, name.data, 'held-out.webp') })(c, next);
  });
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
  app.onError((error, c) => c.json(messageOf(error), error instanceof ForesightError ? 404 : 500));
  return app;
}
