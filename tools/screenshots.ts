/// <reference lib="dom" />
/** `npm run screenshots`: every view of the page as the docs show it, from real work in a real browser. For who works on the page. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import type { Vector3 } from '../src/spec/action.ts';
import { project } from '../src/spec/projection.ts';
import { clickPixel, openBrowser } from '../test/page/browser.ts';
import { openLiveServer, PROGRAM, ROOT } from '../test/page/live-server.ts';
import { CHOICES } from './serve.ts';

const DOCS = join(ROOT, 'docs');
const SCENE = 3;
/** The push is shown when so many of its control steps are over. */
const SHOWN_AT_STEP = 6;
/** Enough to learn something from in a few minutes. */
const PLAY_MINUTES = 10;
const TRAINING_MINUTES = 4;
/** When enough of the training's checkpoints are there to make curves. */
const SHOWN_AFTER_MS = 215_000;

await build({ root: join(ROOT, 'web'), logLevel: 'warn' });
const disk = await mkdtemp(join(tmpdir(), 'foresight-screenshots-'));
const folders = {
  videosDir: join(disk, 'videos'),
  modelsDir: join(disk, 'models'),
  dataDir: join(disk, 'data'),
};
await cp(join(ROOT, 'data/sample'), join(folders.dataDir, 'sample'), { recursive: true });
await cp(join(ROOT, 'models/tabletop'), join(folders.modelsDir, 'tabletop'), { recursive: true });
const live = await openLiveServer({
  folders,
  scene: SCENE,
  maxSteps: 60,
  jobs: {
    folders: { ...folders, resultsDir: join(disk, 'results') },
    script: PROGRAM,
    choices: CHOICES,
  },
});
const { sim } = live;
const browser = await openBrowser();
try {
  await mkdir(DOCS, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(live.url);
  await page.getByRole('status').getByText('Not armed').waitFor();
  await showLive(page);
  await live.studio.stop();
  await showPlay(page);
  await showData(page);
  await showEvaluate(page);
  await showTrain(page);
} finally {
  await browser.close();
  await live.close();
  await rm(disk, { recursive: true, force: true });
}
process.exit(0);

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(DOCS, name) });
}

/** Waits for the pictures that the page shows. */
async function allLoaded(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    Array.from(document.images).every(({ complete, naturalWidth }) => complete && naturalWidth > 0),
  );
}

async function showLive(page: Page): Promise<void> {
  const [x, y, z] = sim.world().objectPoint(0);
  const goal: Vector3 = [x + 0.06, y - 0.08, z];
  for (const place of [[x, y, z] as const, goal]) {
    await clickPixel(page, project(sim.rig.projection, place), sim.rig.frame);
  }
  await page.getByRole('button', { name: 'Arm' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  const isUnderWay = (): boolean => live.studio.state.phase === 'pushing';
  while (isUnderWay() && live.studio.state.step < SHOWN_AT_STEP) await page.waitForTimeout(50);
  await page.getByAltText('As it happened').waitFor();
  await allLoaded(page);
  await shoot(page, 'page.png');
}

async function showPlay(page: Page): Promise<void> {
  await page.goto(`${live.url}/#play`);
  await page.getByLabel('Minutes of play').fill(String(PLAY_MINUTES));
  await page.getByRole('button', { name: 'Collect' }).click();
  await page.getByAltText('What the camera of the play sees').waitFor();
  await page.getByRole('status').getByText('left').waitFor();
  await page.waitForTimeout(5000);
  await shoot(page, 'page-play.png');
  await page.getByRole('status').getByText('done').waitFor({ timeout: 120_000 });
}

async function showData(page: Page): Promise<void> {
  await page.goto(`${live.url}/#data/sample`);
  await page.getByAltText('Episode 7').waitFor();
  await allLoaded(page);
  await shoot(page, 'page-data.png');
  await page.goto(`${live.url}/#data/sample/3`);
  await page.getByLabel('Frame').fill('12');
  await allLoaded(page);
  await shoot(page, 'page-episode.png');
}

async function showEvaluate(page: Page): Promise<void> {
  await page.goto(`${live.url}/#evaluate`);
  await page.getByLabel('Tasks').fill('2');
  await page.getByLabel('random and scripted beside').check();
  await page.getByRole('button', { name: 'Run' }).click();
  await page.getByRole('rowheader', { name: 'push' }).first().waitFor({ timeout: 300_000 });
  await page.locator('video').first().waitFor({ timeout: 20_000 });
  await page.waitForTimeout(500);
  await shoot(page, 'page-evaluate.png');
}

async function showTrain(page: Page): Promise<void> {
  await page.goto(`${live.url}/#train`);
  await page.getByLabel('Dataset').selectOption('mine');
  await page.getByLabel('Minutes').fill(String(TRAINING_MINUTES));
  await page.getByRole('button', { name: 'Train' }).click();
  await page.getByRole('heading', { name: 'mine' }).first().waitFor({ timeout: 120_000 });
  await page.waitForTimeout(SHOWN_AFTER_MS);
  await shoot(page, 'page-train.png');
}
