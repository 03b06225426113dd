/** A compressed stream over TCP, as cameras and other programs send it: H.264 in MPEG-TS, served once to one reader. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { openFfmpegCamera, type FfmpegCamera } from '../../src/camera/ffmpeg-camera.ts';
import { videoSchema } from '../../src/spec/video.ts';
import { resolveBinary } from '../../src/video/binary.ts';

const SIZE = { height: 120, width: 160 };
const PATIENT_MS = 10_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

it('is read as it comes, and gone when whoever sent it is', async () => {
  const address = `tcp://127.0.0.1:${await freePort()}`;
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=20', '-pix_fmt', 'yuv420p'];
  const coded = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-g',
    '20',
    '-f',
    'mpegts',
  ];
  const { path } = await resolveBinary();
  const server = spawn(path, ['-nostdin', ...source, ...coded, `${address}?listen=1`], { stdio: 'ignore' });
  const over = once(server, 'exit');
  let camera: FfmpegCamera | undefined;
  try {
    // It may not listen yet.
    await vi.waitFor(
      async () => {
        camera = await openFfmpegCamera({ video: videoSchema.parse({ input: address }), size: SIZE });
      },
      { timeout: 20_000, interval: 200 },
    );
    const first = await camera!.next(PATIENT_MS);
    const second = await camera!.next(PATIENT_MS);
    expect(second.frame.data).not.toEqual(first.frame.data);
    expect(camera!.health().source).toEqual({ codec: 'h264', size: { height: 240, width: 320 }, fps: 20 });
    server.kill('SIGKILL');
    await over;
    // A picture that was on its way may still come.
    await vi.waitFor(() => expect(camera!.next(1000)).rejects.toThrow(/gone, no picture for/), {
      timeout: 20_000,
    });
  } finally {
    await camera?.close();
    server.kill('SIGKILL');
    await over;
  }
});
