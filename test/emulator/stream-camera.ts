/**
 * A webcam without hardware: pictures as a multipart JPEG stream over HTTP on this machine, as network cameras serve
 * them. Whatever draws the pictures (a simulated world, a list of frames), ffmpeg reads them as it reads any camera.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import type { Frame } from '../../src/spec/frame.ts';

const BOUNDARY = 'foresightframe';

export interface StreamCameraOptions {
  /** What the camera sees now; called for each picture. */
  readonly draw: () => Frame;
  /** Pictures a second. */
  readonly hz: number;
  /** How long a picture is under way before it is sent, ms: a known latency. */
  readonly delayMs?: number;
  /** 0 takes any free port; a port that was served before stands for a device that comes back. */
  readonly port?: number;
}

export interface StreamCamera {
  /** What a rig names as its camera's input. */
  readonly url: string;
  readonly port: number;
  /** Whoever reads goes on waiting: no pictures come, and the connection stays. */
  freeze(isFrozen: boolean): void;
  /** Every connection ends and none is taken, until `plugIn`. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
  close(): Promise<void>;
}

/** Serves until closed. JPEG at full chroma and high quality: what arrives differs by a few grey levels at most. */
export async function serveCamera(options: StreamCameraOptions): Promise<StreamCamera> {
  const { draw, hz, delayMs = 0 } = options;
  let viewers: ServerResponse[] = [];
  let isFrozen = false;
  let drawing = false;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}` });
    response.write(`--${BOUNDARY}\r\n`);
    viewers.push(response);
    response.on('close', () => (viewers = viewers.filter((viewer) => viewer !== response)));
  });
  const start = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  await start(options.port ?? 0);
  const { port } = server.address() as AddressInfo;

  const show = async (): Promise<void> => {
    const { data, width, height } = draw();
    const raw = { width, height, channels: 3 } as const;
    const jpeg = await sharp(data, { raw }).jpeg({ quality: 97, chromaSubsampling: '4:4:4' }).toBuffer();
    const send = (): void => {
      for (const viewer of isFrozen ? [] : viewers) {
        viewer.write(`Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
        viewer.write(jpeg);
        viewer.write(`\r\n--${BOUNDARY}\r\n`);
      }
    };
    if (delayMs > 0) setTimeout(send, delayMs);
    else send();
  };
  const timer = setInterval(() => {
    // A picture that falls due while the last is still being packed is left out, as a camera would.
    if (drawing || viewers.length === 0) return;
    drawing = true;
    void show().finally(() => (drawing = false));
  }, 1000 / hz);

  const unplug = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    freeze: (value) => (isFrozen = value),
    unplug,
    plugIn: () => start(port),
    async close() {
      clearInterval(timer);
      if (server.listening) await unplug();
    },
  };
}
