/** The page's server with everything behind it, for tests and tools that open it in a browser. */
import { join } from 'node:path';
import type { Controller } from '../../src/control/controller.ts';
import { openForesight } from '../../src/control/open-foresight.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import { createApp, type ShownFolders } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';
import { makeLiveStudio, type LiveStudio, type LiveStudioOptions } from '../../src/server/live-studio.ts';
import { resizeFrame } from '../../src/video/resize.ts';

export const ROOT = join(import.meta.dirname, '../..');
/** What carries out long work. */
export const PROGRAM = join(ROOT, 'tools/foresight.mjs');

/** Pushes nothing: for what has nothing to do with pushing. */
export const STILL: Controller = {
  name: 'still',
  begin: async () => undefined,
  decide: async () => ({ action: [0, 0, 0], done: false, thought: { tracked: [] } }),
};

export interface LiveServerOptions {
  readonly folders: ShownFolders;
  readonly scene: number;
  readonly maxSteps: number;
  /** The shipped model's when not given. */
  readonly controller?: Controller;
  readonly jobs?: LiveStudioOptions['jobs'];
}

export interface LiveServer extends LiveStudio {
  readonly sim: SimRig;
  readonly url: string;
  /** Goes away, every connection with it, and comes back under the same address after a while, ms. */
  interrupt(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Serves a simulated table until closed; ready to push when it answers. */
export async function openLiveServer(options: LiveServerOptions): Promise<LiveServer> {
  const { folders, scene, maxSteps, controller, jobs } = options;
  const sim = await openSimRig({ seed: scene });
  const foresight = controller
    ? null
    : await openForesight(join(ROOT, 'models/tabletop'), { threads: 2, rescale: resizeFrame });
  const live = makeLiveStudio({
    table: sim,
    scene,
    maxSteps,
    controller: async () => controller ?? foresight!.controller(sim.rig),
    ...(jobs ? { jobs } : {}),
  });
  const app = createApp(folders, { hub: live.hub });
  let server = await listen(app, 0);
  const { url } = server;
  await live.studio.open();
  return {
    ...live,
    sim,
    url,
    async interrupt(ms) {
      await server.close();
      await new Promise((resolve) => setTimeout(resolve, ms));
      server = await listen(app, Number(new URL(url).port));
    },
    async close() {
      await server.close();
      await live.jobs?.close();
      await live.studio.close();
      await foresight?.close();
    },
  };
}
