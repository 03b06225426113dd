/// <reference lib="dom" />
/** An arm and its camera calibrated through the page, in a real browser, with servos on a pseudo-terminal that turn a table. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRig } from '../../src/rig/rig-file.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import { project } from '../../src/spec/projection.ts';
import { startTable, type TableHost } from '../emulator/table-host.ts';
import { openBrowser } from './browser.ts';
import { openLiveServer, PROGRAM, STILL, type LiveServer } from './live-server.ts';

/** What is chosen of the picture of 160 x 120: from an eighth of it to seven eighths. */
const CROP = { top: 15, left: 20, height: 90, width: 120 };

describe('a calibration through the page', { timeout: 90_000 }, () => {
  let root: string;
  let table: TableHost;
  let browser: Browser;
  let server: LiveServer;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'foresight-calibrate-'));
    table = await startTable(4);
    await writeFile(join(root, 'desk.json'), JSON.stringify({ ...table.rig, controlHz: 10 }));
    await writeFile(join(root, 'package.json'), '{"name": "no rig"}');
    await writeFile(join(root, 'worn.json'), '{"robot": "so101", "workspace": {}}');
    const folders = { dataDir: root, modelsDir: root, videosDir: root, rigsDir: root };
    server = await openLiveServer({
      folders,
      scene: 1,
      maxSteps: 10,
      controller: STILL,
      jobs: {
        folders: { ...folders, resultsDir: root },
        script: PROGRAM,
        choices: { policies: [], networks: [], suites: [] },
      },
    });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(`${server.url}/#calibrate`);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
    await table.close();
    await rm(root, { recursive: true, force: true });
    expect(errors).toEqual([]);
  });

  const button = (name: string) => page.getByRole('button', { name });
  const status = (text: string) => page.getByRole('status').getByText(text);
  const begin = async (what: string): Promise<void> => {
    await page.getByRole('combobox', { name: 'What' }).selectOption(what);
    await button('Calibrate').click();
  };

  it("lists rigs' files, and says what is wrong with one", async () => {
    await page.getByRole('alert').getByText('worn.json').waitFor();
    expect(await page.getByLabel('Rig').locator('option').allTextContents()).toEqual(['desk.json']);
  });

  it('a part of the picture is chosen by dragging over it', async () => {
    await begin('crop');
    await status('Which part of the picture').waitFor();
    const shown = page.getByRole('application', { name: 'Drag over the part that counts' });
    await page.waitForFunction(() => document.querySelector('svg')?.viewBox.baseVal.width === 160);
    const { x, y, width, height } = (await shown.boundingBox())!;
    await page.mouse.move(x + width / 8, y + height / 8);
    await page.mouse.down();
    await page.mouse.move(x + (7 / 8) * width, y + (7 / 8) * height, { steps: 3 });
    await page.mouse.up();
    await button('This one').click();
    await status('calibrate, done').waitFor();
    expect((await readRig(join(root, 'desk.json'))).video?.crop).toEqual(CROP);
  });

  it('the arm shows itself to the camera, whose matrix is found', async () => {
    await begin('camera');
    await status('Clear the table').waitFor();
    await button('Done').click();
    await page.getByAltText('What the camera sees of the arm').waitFor();
    await status('calibrate, done').waitFor({ timeout: 60_000 });
    await page.getByText('desk.json: the camera sees the tip').waitFor();
    const { projection, workspace } = await readRig(join(root, 'desk.json'));
    for (const place of [workspace.low, workspace.high, [0, 0, 0.05]] as Vector3[]) {
      const whole = project(simRig().projection, place);
      const found = project(projection, place);
      const wanted = [
        (whole.row - CROP.top) * (120 / CROP.height),
        (whole.col - CROP.left) * (160 / CROP.width),
      ];
      expect(Math.hypot(found.row - wanted[0], found.col - wanted[1])).toBeLessThan(2);
    }
  });

  it('Escape stops the arm on its way', async () => {
    await begin('check');
    await button('Done').click();
    await page.getByText('pose 2 of 12').waitFor();
    await page.keyboard.press('Escape');
    await status('calibrate, stopped').waitFor();
    const before = await table.look();
    await page.waitForTimeout(500);
    const after = await table.look();
    expect(after.goals).toBe(before.goals);
    expect(after.tip.every((v, d) => Math.abs(v - before.tip[d]) < 0.002)).toBe(true);
  });
});
