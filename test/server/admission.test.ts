import { expect, it } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { emptyDisk } from './disk.ts';

const TOKEN = 'a-long-secret';
const open = async () => createApp(await emptyDisk(), { token: TOKEN });
const from = 'http://arm.example:8377';

it('with a token, lets nobody in without it, from whatever host', async () => {
  const app = await open();
  for (const address of ['/', '/api/models', '/?token=', '/?token=a-long-secreT']) {
    for (const host of [from, 'http://127.0.0.1:8377']) {
      expect((await app.request(host + address)).status, host + address).toBe(403);
    }
  }
});

it('remembers who came with it, where scripts cannot read it, and takes it out of the address', async () => {
  const app = await open();
  const welcome = await app.request(`${from}/?token=${TOKEN}`);
  expect(welcome.status).toBe(302);
  expect(welcome.headers.get('Location')).toBe('/');
  const cookie = welcome.headers.get('Set-Cookie')!;
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  const headers = { Cookie: cookie.split(';')[0] };
  expect((await app.request(`${from}/api/models`, { headers })).status).toBe(200);
});
