import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createApp, PAGE } from '../../src/server/app.ts';
import { emptyDisk, put } from './disk.ts';

test('the page, as it was built, and nothing else of its folder', async () => {
  const app = createApp(await emptyDisk());
  const page = await app.request('/');
  expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'self'");
  const html = await page.text();
  expect(html).toBe(readFileSync(join(PAGE, 'index.html'), 'utf8'));
  const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, address]) => address);
  const types = await Promise.all(
    assets.map(async (address) => (await app.request(address)).headers.get('Content-Type')),
  );
  expect(types.sort()).toEqual(['text/css; charset=utf-8', 'text/javascript; charset=utf-8']);
  expect((await app.request('/assets/../index.html')).status).toBe(404);
  expect((await app.request('/assets/none.js')).status).toBe(404);
});

test('the page names nothing on other hosts', () => {
  for (const file of readdirSync(PAGE, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(html|css|js)$/.test(file)) continue;
    const text = readFileSync(join(PAGE, file), 'utf8').replaceAll(/http:\/\/www\.w3\.org\/[\w/]+/g, '');
    expect(text, file).not.toMatch(/https?:\/\/[a-z]+\./);
  }
});

test('a page elsewhere that calls itself 127.0.0.1 is refused', async () => {
  const app = createApp(await emptyDisk());
  expect((await app.request('http://rebound.example:8377/api/models')).status).toBe(403);
  expect((await app.request('http://127.0.0.1:8377/api/models')).status).toBe(200);
});

test('only reads: nothing can be posted or deleted', async () => {
  const disk = await emptyDisk();
  await put(join(disk.videosDir, 'push.mp4'), 'a push');
  const app = createApp(disk);
  const headers = { Origin: 'http://localhost' };
  for (const method of ['POST', 'PUT', 'DELETE']) {
    expect((await app.request('/videos/push.mp4', { method })).status, method).toBe(403);
    expect((await app.request('/videos/push.mp4', { method, headers })).status, method).toBe(404);
  }
});

test('a folder that cannot be read is an error with its reason, and the server lives on', async () => {
  const disk = await emptyDisk();
  await put(disk.videosDir, 'a file, not a folder');
  const app = createApp(disk);
  const response = await app.request('/api/videos');
  expect(response.status).toBe(500);
  expect(await response.text()).toContain('ENOTDIR');
  expect((await app.request('/api/models')).status).toBe(200);
});
