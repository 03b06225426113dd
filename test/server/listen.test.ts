import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { listen, type RunningServer } from '../../src/server/listen.ts';
import { videosMessage } from '../../src/server/messages.ts';
import { ForesightError } from '../../src/spec/errors.ts';
import { emptyDisk, put } from './disk.ts';

async function started(content = 'a push'): Promise<RunningServer> {
  const disk = await emptyDisk();
  await put(join(disk.videosDir, 'push.mp4'), content);
  return listen(createApp(disk), 0);
}

test('serves page, messages and a part of a video over the loopback', async () => {
  const server = await started();
  onTestFinished(() => server.close());
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await fetch(`${server.url}/`)).text()).toContain('<title>Visual foresight</title>');
  const { videos } = videosMessage.parse(await (await fetch(`${server.url}/api/videos`)).json());
  const part = await fetch(server.url + videos[0].url, { headers: { Range: 'bytes=2-3' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('Content-Type')).toBe('video/mp4');
  expect(await part.text()).toBe('pu');
});

test('what a browser would tidy away is refused as well when sent raw', async () => {
  const server = await started();
  onTestFinished(() => server.close());
  const port = Number(new URL(server.url).port);
  for (const target of [
    '/videos/../../../../etc/passwd',
    '/../package.json',
    '//etc/passwd',
    '/etc/passwd',
  ]) {
    const answer = await sendRaw(
      port,
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
    );
    expect(answer, target).toMatch(/^HTTP\/1\.1 (404|400) /);
  }
  const foreign = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n');
  expect(foreign).toMatch(/^HTTP\/1\.1 403 /);
});

test('a port in use is named, with the option for another', async () => {
  const server = await started();
  onTestFinished(() => server.close());
  const port = Number(new URL(server.url).port);
  const error: unknown = await listen(createApp(await emptyDisk()), port).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ForesightError);
  expect((error as ForesightError).message).toContain(`port ${port} is in use`);
  expect((error as ForesightError).next).toContain('--port');
});

test('closing ends a video that is being sent, and frees the port', async () => {
  // More than sockets hold, so that sending waits for the reader.
  const server = await started('x'.repeat(30_000_000));
  const response = await fetch(`${server.url}/videos/push.mp4`);
  expect(response.status).toBe(200);
  await server.close();
  await expect(response.text()).rejects.toThrow();
  await expect(fetch(server.url)).rejects.toThrow();
});

/** Sends bytes as they are and reads the answer to its end. */
function sendRaw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.once('error', reject).once('close', () => resolve(answer));
  });
}
