/// <reference lib="dom" />
/**
 * `npm run bench:page`, or `npm run bench:page -- 25` for so many pushes: how many pictures of the camera a second a real
 * browser draws while the arm pushes, and how many deadlines the loop misses meanwhile; everything on this machine, the
 * browser too.
 */
import { performance } from 'node:perf_hooks';
import { build } from 'vite';
import { join } from 'node:path';
import { median, p95 } from '../src/evaluation/statistics.ts';
import type { Vector3 } from '../src/spec/action.ts';
import { project } from '../src/spec/projection.ts';
import { clickPixel, openBrowser } from '../test/page/browser.ts';
import { openLiveServer, ROOT } from '../test/page/live-server.ts';
import { formatTable } from './terminal.ts';

const FIRST_SCENE = 3;
const pushes = Number(process.argv[2] ?? 4);
const MAX_STEPS = 25;

await build({ root: join(ROOT, 'web'), logLevel: 'warn' });
const folders = {
  videosDir: 'no-videos',
  modelsDir: join(ROOT, 'models'),
  dataDir: join(ROOT, 'data'),
  rigsDir: 'no-rigs',
};
const live = await openLiveServer({ folders, scene: FIRST_SCENE, maxSteps: MAX_STEPS });
const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
await page.addInitScript(() => {
  const drawn = window as unknown as { drawn: number };
  drawn.drawn = 0;
  const draw = Reflect.get(CanvasRenderingContext2D.prototype, 'drawImage') as (...args: unknown[]) => void;
  CanvasRenderingContext2D.prototype.drawImage = function (this: unknown, ...args: unknown[]) {
    drawn.drawn++;
    draw.apply(this, args);
  };
});
const reports: { readonly missed: boolean; readonly planMs: number }[] = [];
page.on('websocket', (socket) =>
  socket.on('framereceived', ({ payload }) => {
    if (typeof payload !== 'string') return;
    const told = JSON.parse(payload) as {
      tell: string;
      report?: { missedDeadline: boolean; sections: Record<string, number> };
    };
    if (told.tell === 'thought' && told.report) {
      reports.push({ missed: told.report.missedDeadline, planMs: told.report.sections['plan'] ?? 0 });
    }
  }),
);
await page.goto(live.url);
await page.getByRole('status').getByText('Not armed').waitFor();
const drawnSoFar = (): Promise<number> => page.evaluate(() => (window as unknown as { drawn: number }).drawn);

const rates: number[] = [];
for (let scene = FIRST_SCENE; scene < FIRST_SCENE + pushes; scene++) {
  await live.studio.stop();
  await live.studio.scene(scene);
  const [x, y, z] = live.sim.world().objectPoint(0);
  const goal: Vector3 = [x + (x > 0 ? -0.08 : 0.08), y + (y > 0 ? -0.05 : 0.05), z];
  for (const place of [[x, y, z] as const, goal]) {
    await clickPixel(page, project(live.sim.rig.projection, place), live.sim.rig.frame);
  }
  await page.getByRole('button', { name: 'Arm' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForTimeout(500);
  const [from, drawn] = [performance.now(), await drawnSoFar()];
  while (live.studio.state.phase === 'pushing') await page.waitForTimeout(100);
  rates.push((1000 * ((await drawnSoFar()) - drawn)) / (performance.now() - from));
}
const planMs = reports.map((report) => report.planMs).filter((ms) => ms > 0);
process.stdout.write(
  `${formatTable(
    ['measured', 'value'],
    [
      ['pictures of 320x240 drawn a second while pushing, median of pushes', median(rates).toFixed(1)],
      ['the slowest push', Math.min(...rates).toFixed(1)],
      ['control steps', reports.length],
      ['missed deadlines', reports.filter(({ missed }) => missed).length],
      ['plan ms, median', median(planMs).toFixed(0)],
      ['plan ms, 95th percentile', p95(planMs).toFixed(0)],
    ].map((row) => row.map(String)),
  )}\n`,
);
await browser.close();
await live.close();
process.exit(0);
