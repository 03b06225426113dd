/// <reference lib="dom" />
/** Collecting, browsing, training and evaluating through the page, in a real browser, by the real commands. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLeftOut } from '../../src/dataset/left-out.ts';
import { openBrowser } from './browser.ts';
import { openLiveServer, PROGRAM, STILL, type LiveServer } from './live-server.ts';

/** Each begins where the one before has ended: what is collected is browsed, then learned from, then the model is judged. */
describe('long work through the page', { timeout: 200_000 }, () => {
  let root: string;
  let browser: Browser;
  let server: LiveServer;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'foresight-work-'));
    const folders = {
      dataDir: join(root, 'data'),
      rigsDir: join(root, 'rigs'),
      modelsDir: join(root, 'models'),
      videosDir: join(root, 'videos'),
    };
    browser = await openBrowser();
    server = await openLiveServer({
      folders,
      scene: 1,
      maxSteps: 10,
      controller: STILL,
      jobs: {
        folders: { ...folders, resultsDir: join(root, 'results') },
        script: PROGRAM,
        choices: { policies: ['aimed'], networks: ['rigid'], suites: ['push'] },
      },
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.on('pageerror', ({ message }) => errors.push(message));
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
    await rm(root, { recursive: true, force: true });
    expect(errors).toEqual([]);
  });

  const button = (name: string) => page.getByRole('button', { name });
  const status = (text: string) => page.getByRole('status').getByText(text).first();

  it('collects, shows the camera of the play, and says what there is', async () => {
    await page.goto(`${server.url}/#play`);
    await page.getByLabel('Minutes of play').fill('0.4');
    await button('Collect').click();
    await page.getByAltText('What the camera of the play sees').waitFor();
    await status('collect, done').waitFor({ timeout: 60_000 });
    await page.getByText('0.4 minutes, 2 episodes').waitFor();
  });

  it('browses: thumbnails, one episode with its curves, and leaves it out', async () => {
    await page.goto(`${server.url}/#data`);
    await page.getByRole('link', { name: 'Its episodes' }).click();
    await page.waitForFunction(() => {
      const pictures = Array.from(document.images);
      return pictures.length === 2 && pictures.every(({ naturalWidth }) => naturalWidth === 26 * 80);
    });
    await page.getByRole('link', { name: 'Episode 1' }).click();
    await page.getByRole('img', { name: /^Sent, share of the largest action/ }).waitFor();
    await page.getByLabel(/^Frame/).fill('25');
    await page.getByText('Frame 25 of 25').waitFor();
    await button('Leave it out of training').click();
    await button('Learn from it again').waitFor();
    expect([...(await readLeftOut(join(root, 'data/mine')))]).toEqual([1]);
    await button('Learn from it again').click();
    await button('Leave it out of training').waitFor();
    await page.goto(`${server.url}/#data/mine`);
    await button('Verify every file').click();
    await page.getByText(/^Whole: \d+ files/).waitFor({ timeout: 30_000 });
  });

  it('trains a minute, and shows curves and what is predicted for held-out play', async () => {
    await page.goto(`${server.url}/#train`);
    await page.getByLabel('Minutes').fill('1');
    await button('Train').click();
    await status('train, done').waitFor({ timeout: 150_000 });
    await page.getByAltText('Held-out play and what mine predicts for it').first().waitFor();
    expect(existsSync(join(root, 'models/mine/weights.safetensors'))).toBe(true);
  });

  it('evaluates, and stops when it is told to', async () => {
    await page.goto(`${server.url}/#evaluate`);
    await page.getByLabel('Tasks').fill('200');
    await button('Run').click();
    await status('evaluate, under way').waitFor();
    await button('Stop').click();
    await status('evaluate, stopped').waitFor({ timeout: 30_000 });
    await page.getByText('The table comes when the tasks are done.').waitFor();
  });
});
