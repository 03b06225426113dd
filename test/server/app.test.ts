import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { emptyDisk, put } from './disk.ts';

const WEB = join(import.meta.dirname, '../../web');

test.each([
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/style.css', 'style.css', 'text/css; charset=utf-8'],
  ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
])('%s is %s as %s', async (address, file, type) => {
  const response = await createApp(await emptyDisk()).request(address);
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe(type);
  expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'self'");
  expect(await response.text()).toBe(readFileSync(join(WEB, file), 'utf8'));
});

test('the page names nothing on other hosts', () => {
  for (const file of ['index.html', 'style.css', 'page.js']) {
    const text = readFileSync(join(WEB, file), 'utf8').replaceAll('http://www.w3.org/2000/svg', '');
    expect(text, file).not.toMatch(/(https?:)?\/\/[a-z]+\./);
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
  for (const method of ['POST', 'PUT', 'DELETE']) {
    expect((await app.request('/videos/push.mp4', { method })).status, method).toBe(404);
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
