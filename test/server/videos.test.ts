import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { videosMessage, type Video } from '../../src/server/messages.ts';
import { emptyDisk, put } from './disk.ts';

/** Enough to tell which bytes were sent. */
const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

async function listed(app: ReturnType<typeof createApp>): Promise<Video[]> {
  const response = await app.request('/api/videos');
  expect(response.status).toBe(200);
  return videosMessage.parse(await response.json()).videos;
}

test('lists the mp4 files of the folder itself, newest first', async () => {
  const disk = await emptyDisk();
  await put(join(disk.videosDir, 'first.mp4'), BYTES, 1000);
  await put(join(disk.videosDir, 'third.mp4'), BYTES, 3000);
  await put(join(disk.videosDir, 'second.MP4'), BYTES, 2000);
  await put(join(disk.videosDir, 'now.png'), BYTES);
  await put(join(disk.videosDir, '.tmp-17-fourth.mp4'), BYTES);
  await put(join(disk.videosDir, 'folder.mp4', 'inside.mp4'), BYTES);
  const videos = await listed(createApp(disk));
  expect(videos.map(({ name }) => name)).toEqual(['third.mp4', 'second.MP4', 'first.mp4']);
  expect(videos[0]).toMatchObject({ bytes: 1000, writtenAtMs: 3_000_000 });
});

test('a folder that is not there yet holds no videos', async () => {
  expect(await listed(createApp(await emptyDisk()))).toEqual([]);
});

test.each(['push.mp4', 'a b.mp4', '100%.mp4', '%2e%2e.mp4', 'größer #1 & 2.mp4'])(
  'plays %s from the address it is listed with',
  async (name) => {
    const disk = await emptyDisk();
    await put(join(disk.videosDir, name), BYTES);
    const app = createApp(disk);
    const [video] = await listed(app);
    expect(video.name).toBe(name);
    const response = await app.request(video.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('video/mp4');
    expect(response.headers.get('Content-Length')).toBe('1000');
    expect(response.headers.get('Accept-Ranges')).toBe('bytes');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES);
  },
);

describe('ranges', () => {
  test.each([
    ['bytes=0-', 0, 1000],
    ['bytes=0-1', 0, 2],
    ['bytes=200-299', 200, 300],
    ['bytes=900-5000', 900, 1000],
    ['bytes=-100', 900, 1000],
  ])('%s', async (range, from, to) => {
    const disk = await emptyDisk();
    await put(join(disk.videosDir, 'push.mp4'), BYTES);
    const response = await createApp(disk).request('/videos/push.mp4', { headers: { Range: range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('Content-Range')).toBe(`bytes ${from}-${to - 1}/1000`);
    expect(response.headers.get('Content-Length')).toBe(String(to - from));
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES.slice(from, to));
  });

  test('past the end is refused, with the size', async () => {
    const disk = await emptyDisk();
    await put(join(disk.videosDir, 'push.mp4'), BYTES);
    const response = await createApp(disk).request('/videos/push.mp4', { headers: { Range: 'bytes=1000-' } });
    expect(response.status).toBe(416);
    expect(response.headers.get('Content-Range')).toBe('bytes */1000');
  });
});

describe('nothing outside of the folder is given out', () => {
  const SECRET = 'a secret';

  test.each([
    '/videos/../secret.mp4',
    '/videos/%2e%2e/secret.mp4',
    '/videos/..%2fsecret.mp4',
    '/videos/%2e%2e%2fsecret.mp4',
    '/videos/%252e%252e%252fsecret.mp4',
    '/videos/..%5csecret.mp4',
    '/videos/folder/../../secret.mp4',
    '/videos/folder%2finside.mp4',
    '/videos/link.mp4',
    '/videos/linked%2fsecret.mp4',
    '/videos/linked/secret.mp4',
    '/videos/push.mp4%00',
    '/videos/',
    '/videos/.',
    '/secret.mp4',
    '/web/src/app.tsx',
    '/package.json',
    '/tsconfig.json',
    '/..%2fpackage.json',
    '/api/../secret.mp4',
    'ABSOLUTE',
  ])('%s', async (address) => {
    const disk = await emptyDisk();
    const secret = join(disk.root, 'secret.mp4');
    await put(secret, SECRET);
    await put(join(disk.videosDir, 'push.mp4'), 'a push');
    await put(join(disk.videosDir, 'folder', 'inside.mp4'), SECRET);
    await symlink(secret, join(disk.videosDir, 'link.mp4'));
    await symlink(disk.root, join(disk.videosDir, 'linked'));
    const app = createApp(disk);
    expect((await listed(app)).map(({ name }) => name)).toEqual(['push.mp4']);
    const asked = address === 'ABSOLUTE' ? `/videos/${encodeURIComponent(secret)}` : address;
    const response = await app.request(asked);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('nothing here');
  });
});
