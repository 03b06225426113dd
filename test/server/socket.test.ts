import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import { createApp } from '../../src/server/app.ts';
import { listen, type RunningServer } from '../../src/server/listen.ts';
import { makeLiveStudio, type LiveStudio } from '../../src/server/live-studio.ts';
import type { Told } from '../../src/server/messages.ts';
import { PICTURES } from '../../src/server/pictures.ts';

describe("the robot's socket", () => {
  let server: RunningServer;
  let live: LiveStudio;
  beforeAll(async () => {
    live = makeLiveStudio({
      table: await openSimRig({ seed: 1 }),
      scene: 1,
      maxSteps: 5,
      controller: async () => ({
        name: 'still',
        begin: async () => undefined,
        decide: async () => ({ action: [0, 0, 0], done: false, thought: { tracked: [] } }),
      }),
    });
    await live.studio.open();
    const nowhere = {
      videosDir: 'no-videos',
      modelsDir: 'no-models',
      dataDir: 'no-data',
      rigsDir: 'no-rigs',
    };
    server = await listen(createApp(nowhere, { hub: live.hub }), 0);
  });
  afterAll(async () => {
    await server.close();
    await live.studio.close();
  });

  const open = (origin: string): WebSocket =>
    new WebSocket(`${server.url.replace('http', 'ws')}/api/studio`, { origin });

  it('welcomes the page that is served here, and shows it what the camera sees', async () => {
    const socket = open(server.url);
    const words: Told[] = [];
    const picture = await new Promise<Uint8Array>((resolve) => {
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) resolve(data);
        else words.push(JSON.parse(data.toString()) as Told);
      });
    });
    expect(words.map(({ tell }) => tell)).toEqual(['welcome', 'state']);
    // A JPEG begins with the bytes FF D8.
    expect([...picture.subarray(0, 3)]).toEqual([PICTURES.live, 0xff, 0xd8]);
    socket.close();
  });

  it.each(['http://elsewhere.example', 'null', ''])('refuses a page from %j', async (origin) => {
    const socket = open(origin);
    const answer = await new Promise((resolve) => {
      socket.on('error', (error) => resolve(error.message));
      socket.on('open', () => resolve('open'));
    });
    expect(answer).toContain('403');
  });
});
