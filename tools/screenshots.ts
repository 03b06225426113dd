/** `npm run screenshots`: the page as the docs show it, from a real push in a real browser. For who works on the page. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { openForesight } from '../src/control/open-foresight.ts';
import { openSimRig } from '../src/rig/sim-rig.ts';
import { createApp } from '../src/server/app.ts';
import { listen } from '../src/server/listen.ts';
import { makeLiveStudio } from '../src/server/live-studio.ts';
import type { Vector3 } from '../src/spec/action.ts';
import { project } from '../src/spec/projection.ts';
import { resizeFrame } from '../src/video/resize.ts';
import { clickPixel, openBrowser } from '../test/page/browser.ts';

const ROOT = join(import.meta.dirname, '..');
const DOCS = join(ROOT, 'docs');
const SCENE = 3;
/** The push is shown when so many of its control steps are over. */
const SHOWN_AT_STEP = 7;

await build({ root: join(ROOT, 'web'), logLevel: 'warn' });
const sim = await openSimRig({ seed: SCENE });
const settings = { threads: 2, rescale: resizeFrame };
const foresight = await openForesight(join(ROOT, 'models/tabletop'), settings);
const live = makeLiveStudio({
  sim,
  scene: SCENE,
  maxSteps: 60,
  controller: async () => foresight.controller(sim.rig),
});
const folders = {
  videosDir: join(ROOT, 'videos'),
  modelsDir: join(ROOT, 'models'),
  dataDir: join(ROOT, 'data'),
};
const server = await listen(createApp(folders, live.hub), 0);
await live.studio.open();
const browser = await openBrowser();
try {
  await mkdir(DOCS, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(server.url);
  await page.getByRole('status').getByText('Not armed').waitFor();

  const [x, y, z] = sim.world().objectPoint(0);
  const goal: Vector3 = [x + 0.06, y - 0.08, z];
  for (const place of [[x, y, z] as const, goal]) {
    await clickPixel(page, project(sim.rig.projection, place), sim.rig.frame);
  }
  await page.getByRole('button', { name: 'Arm' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  const isUnderWay = (): boolean => live.studio.state.phase === 'pushing';
  while (isUnderWay() && live.studio.state.step < SHOWN_AT_STEP) await page.waitForTimeout(50);
  await page.screenshot({ path: join(DOCS, 'page.png') });
} finally {
  await browser.close();
  await server.close();
  await live.studio.close();
}
process.exit(0);
