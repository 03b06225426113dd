/// <reference lib="dom" />
/**
 * `npm run screenshots`: every view of the page as the docs show it, from real work in a real browser; `npm run screenshots
 * calibrate` only that one. For who works on the page.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import type { Vector3 } from '../src/spec/action.ts';
import { project } from '../src/spec/projection.ts';
import { startTable } from '../test/emulator/table-host.ts';
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
  rigsDir: disk,
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
  const views = { live: showLive, play: showPlay, data: showData, evaluate: showEvaluate, train: showTrain };
  const all = Object.entries({ ...views, calibrate: showCalibrate });
  const wanted = process.argv.slice(2);
  for (const [name, show] of all) {
    if (wanted.length === 0 || wanted.includes(name)) await show(page);
  }
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
  await live.studio.stop();
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

/** An arm on a pseudo-terminal shows itself to its camera. */
async function showCalibrate(page: Page): Promise<void> {
  const table = await startTable(SCENE);
  try {
    await writeFile(join(disk, 'desk.json'), JSON.stringify({ ...table.rig, controlHz: 10 }));
    await page.goto(`${live.url}/#calibrate`);
    await page.reload();
    const step = async (what: string): Promise<void> => {
      await page.getByRole('combobox', { name: 'What' }).selectOption(what);
      await page.getByRole('button', { name: 'Calibrate' }).click();
    };
    await step('crop');
    const shown = page.getByRole('application', { name: 'Drag over the part that counts' });
    await shown.waitFor();
    await allLoaded(page);
    const { x, y, width, height } = (await shown.boundingBox())!;
    await page.mouse.move(x + 0.02 * width, y + 0.04 * height);
    await page.mouse.down();
    await page.mouse.move(x + 0.96 * width, y + 0.98 * height, { steps: 4 });
    await page.mouse.up();
    await shoot(page, 'page-calibrate-crop.png');
    await page.getByRole('button', { name: 'Nothing, to leave it as it is' }).click();
    await page.getByRole('status').getByText('calibrate, done').waitFor();
    await step('camera');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('pose 5 of 12').waitFor();
    await page.waitForTimeout(500);
    await page.evaluate(() => scrollTo(0, 0));
    await shoot(page, 'page-calibrate.png');
    await page.getByRole('status').getByText('calibrate, done').waitFor({ timeout: 60_000 });
  } finally {
    await table.close();
  }
}
