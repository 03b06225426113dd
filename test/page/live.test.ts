/// <reference lib="dom" />
/** The page in a real browser, with the real robot behind it: simulated, by the wall clock, planned with the real model. */
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SimRig } from '../../src/rig/sim-rig.ts';
import type { LiveStudio } from '../../src/server/live-studio.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import type { Pixel } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';
import { clickPixel, openBrowser } from './browser.ts';
import { openLiveServer, ROOT, type LiveServer } from './live-server.ts';

const SEED = 3;
/** As near as the `push` suite asks for, metres. */
const NEAR_M = 0.025;
const far = (a: Vector3, b: Vector3): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

describe('the page', { timeout: 90_000 }, () => {
  let browser: Browser;
  let sim: SimRig;
  let live: LiveStudio;
  let server: LiveServer;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    const folders = {
      videosDir: 'no-videos',
      modelsDir: join(ROOT, 'models'),
      dataDir: join(ROOT, 'data'),
      rigsDir: 'no-rigs',
    };
    server = await openLiveServer({ folders, scene: SEED, maxSteps: 40 });
    live = server;
    ({ sim } = server);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const open = async (): Promise<Page> => {
    const opened = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    opened.on('pageerror', ({ message }) => errors.push(message));
    opened.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await opened.goto(server.url);
    await opened.getByRole('status').getByText('Not armed').waitFor();
    return opened;
  };
  beforeEach(async () => {
    errors.length = 0;
    await live.studio.stop();
    await live.studio.scene(SEED);
    page = await open();
  });
  afterEach(async () => {
    await page.close();
    expect(errors).toEqual([]);
  });

  const button = (name: string, on = page) => on.getByRole('button', { name });
  const click = (pixel: Pixel): Promise<void> => clickPixel(page, pixel, sim.rig.frame);
  /** Chooses the first object's point, and a place beside it as its goal; the place, in metres. */
  const choose = async (dx: number, dy: number): Promise<Vector3> => {
    const [x, y, z] = sim.world().objectPoint(0);
    const goal: Vector3 = [x + dx, y + dy, z];
    await click(project(sim.rig.projection, [x, y, z]));
    await click(project(sim.rig.projection, goal));
    return goal;
  };

  it('pushes what was clicked to where was clicked, and shows what it thinks', async () => {
    const goal = await choose(0.05, -0.07);
    expect(await button('Start').isDisabled()).toBe(true);
    await button('Arm').click();
    await button('Start').click();
    await page.getByAltText('Predicted frames').waitFor();
    await page.getByAltText('Where the points may be then').waitFor();
    await page.getByAltText('What the worst candidate would do').waitFor();
    await page.getByAltText('As it happened').waitFor({ timeout: 20_000 });
    await page.getByRole('status').getByText('it is where it should be').waitFor({ timeout: 60_000 });
    expect(far(sim.world().objectPoint(0), goal)).toBeLessThan(NEAR_M);
    // What it drew in the live picture is what the camera sees: not black.
    const brightness = await page.evaluate(() => {
      const canvas = document.querySelector('canvas')!;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((sum, v) => sum + v, 0) / data.length;
    });
    expect(brightness).toBeGreaterThan(100);
  });

  it.each([' ', 'Escape'])('holds the arm still within 200 ms of the key %j', async (key) => {
    await choose(0.05, -0.07);
    await button('Arm').click();
    await button('Start').click();
    await expect.poll(() => live.studio.state.step, { timeout: 20_000 }).toBeGreaterThan(1);
    await page.keyboard.press(key);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const held = sim.world().tip();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const [x, y, z] = sim.world().tip();
    expect(Math.hypot(x - held[0], y - held[1], z - held[2])).toBeLessThan(0.003);
    await page.getByRole('status').getByText('stopped').waitFor();
  });

  it('stops the arm from every view', async () => {
    // A push once went on behind the other views, with neither key nor button to end it.
    await choose(0.05, -0.07);
    for (const stop of [() => page.keyboard.press('Escape'), () => button('Stop the arm').click()]) {
      await button('Arm').click();
      await button('Start').click();
      await expect.poll(() => live.studio.state.phase).toBe('pushing');
      await page.getByRole('link', { name: 'Data' }).click();
      await button('Stop the arm').waitFor();
      await stop();
      await expect.poll(() => live.studio.state.phase).not.toBe('pushing');
      await button('Stop the arm').waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Live' }).click();
    }
  });

  it('shows two pages the same robot, and lets one take over from the other', async () => {
    const other = await open();
    await other.getByText('Another page is in control').waitFor();
    expect(await button('Arm', other).isDisabled()).toBe(true);
    expect(await button('Stop', other).isDisabled()).toBe(false);
    await button('Take control', other).click();
    await page.getByText('Another page is in control').waitFor();
    await button('Arm', other).click();
    await page.getByRole('status').getByText('Armed').waitFor();
    await other.close();
  });

  it('pauses when the page in control is gone', async () => {
    await choose(0.05, -0.07);
    await button('Arm').click();
    await button('Start').click();
    await expect.poll(() => live.studio.state.step, { timeout: 20_000 }).toBeGreaterThan(0);
    await page.close();
    await expect.poll(() => live.studio.state.phase).toBe('paused');
    page = await browser.newPage();
    await page.goto(server.url);
    await page.getByRole('status').getByText('Paused').waitFor();
  });

  it('says so when the connection is lost, holds the arm, and goes on by itself when it is back', async () => {
    await choose(0.05, -0.07);
    await button('Arm').click();
    await button('Start').click();
    await expect.poll(() => live.studio.state.step, { timeout: 20_000 }).toBeGreaterThan(0);
    const lost = server.interrupt(1500);
    await page.getByRole('status').getByText('No connection').waitFor();
    expect(live.studio.state.phase).toBe('paused');
    await lost;
    await page.getByRole('status').getByText('Paused').waitFor({ timeout: 15_000 });
    expect(await button('Go on').isEnabled()).toBe(true);
    // What the browser says of a refused connection is no fault of the page.
    expect(errors.every((error) => error.includes('ERR_CONNECTION_REFUSED'))).toBe(true);
    errors.length = 0;
  });

  it('stays where it is while pictures come', async () => {
    const places = (): Promise<unknown> =>
      page.evaluate(() =>
        ['.scene', '.buttons', '.strip', '.still', '.time'].map((part) => {
          const box = document.querySelector(part)?.getBoundingClientRect();
          return box && [box.x, box.y, box.width, box.height].map(Math.round);
        }),
      );
    await choose(0.05, -0.07);
    await button('Arm').click();
    await button('Start').click();
    await page.getByAltText('What the worst candidate would do').waitFor({ timeout: 20_000 });
    const before = await places();
    await page.getByAltText('As it happened').waitFor({ timeout: 20_000 });
    expect(await places()).toEqual(before);
  });

  it('takes what the camera sees as a goal image, and brings things back to where it shows them', async () => {
    const before = sim.world().objectPoint(0);
    await button('As it is now').click();
    await page.getByAltText('The goal image').waitFor();
    sim.world().moveObject(0, { dx: 0.03, dy: -0.035, turnRad: 0 });
    await button('Arm').click();
    await button('Start').click();
    await page.getByRole('status').getByText('it is where it should be').waitFor({ timeout: 60_000 });
    expect(far(sim.world().objectPoint(0), before)).toBeLessThan(NEAR_M);
  });

  it('is chosen in with the keyboard as well', async () => {
    await page.locator('.overlay').focus();
    for (let k = 0; k < 3; k++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => live.studio.state.goals)
      .toEqual([{ from: { row: 60, col: 86 }, to: { row: 62, col: 86 }, confidence: null }]);
  });

  it.each(['live', 'play', 'data', 'data/sample', 'data/sample/2', 'train', 'evaluate', 'calibrate'])(
    'axe finds nothing serious on %s, light or dark, and a tablet shows all of its width',
    async (view) => {
      await page.goto(`${server.url}/#${view}`);
      await page.waitForLoadState('networkidle');
      for (const width of [768, 1280]) {
        await page.setViewportSize({ width, height: 720 });
        const wanted = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wanted).toBeLessThanOrEqual(width);
      }
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(axe.source);
        const serious = await page.evaluate(async () => {
          const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        });
        expect(serious).toEqual([]);
      }
    },
  );
});
