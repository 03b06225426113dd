import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  openFfmpegCamera,
  type FfmpegCamera,
  type FfmpegCameraOptions,
} from '../../src/camera/ffmpeg-camera.ts';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import type { Frame } from '../../src/spec/frame.ts';
import { makeFrame } from '../../src/spec/frame.ts';
import { videoSchema } from '../../src/spec/video.ts';
import { encodeVideo } from '../../src/video/ffmpeg.ts';
import { cameraContract } from '../contract/camera.ts';
import { serveCamera, type StreamCamera } from '../emulator/stream-camera.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SIZE = { height: 120, width: 160 };
const PATIENT_MS = 10_000;

const open: FfmpegCamera[] = [];
async function camera(
  video: Record<string, unknown>,
  options: Partial<FfmpegCameraOptions> = {},
): Promise<FfmpegCamera> {
  const opened = await openFfmpegCamera({ video: videoSchema.parse(video), size: SIZE, ...options });
  open.push(opened);
  return opened;
}
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A camera over HTTP that shows one grey level, which the test changes. */
async function greyStream(hz = 20): Promise<{ served: StreamCamera; show: (level: number) => void }> {
  let level = 100;
  const draw = (): Frame => {
    const frame = makeFrame({ height: 48, width: 64 });
    // A little noise, as a real sensor has.
    frame.data.forEach((_, i) => (frame.data[i] = level + (i % 7) + Math.floor(Math.random() * 4)));
    return frame;
  };
  const served = await serveCamera({ draw, hz });
  onTestFinished(() => served.close());
  return { served, show: (value) => (level = value) };
}

/** A picture that was on its way when something happened may still come; then it fails like this. */
const failsLike = (watched: FfmpegCamera, timeoutMs: number, reason: RegExp): Promise<void> =>
  vi.waitFor(() => expect(watched.next(timeoutMs)).rejects.toThrow(reason), { timeout: 20_000 });

const level = ({ data }: Frame): number => data.reduce((sum, value) => sum + value, 0) / data.length;

cameraContract({
  name: 'ffmpeg-camera on a test picture',
  size: SIZE,
  open: async () => {
    const video = videoSchema.parse({ input: 'lavfi:testsrc=size=320x240:rate=25' });
    const opened = await openFfmpegCamera({ video, size: SIZE });
    return { camera: opened, nowMs: () => opened.nowMs(), dispose: () => opened.close() };
  },
});

cameraContract({
  name: 'ffmpeg-camera on a network stream of the simulated table',
  size: SIZE,
  open: async () => {
    const rig = await openSimRig({ seed: 1 });
    const served = await serveCamera({ draw: () => rig.world().render(SIZE), hz: 15 });
    const opened = await openFfmpegCamera({ video: videoSchema.parse({ input: served.url }), size: SIZE });
    return {
      camera: opened,
      nowMs: () => opened.nowMs(),
      dispose: async () => {
        await opened.close();
        await served.close();
        await rig.close();
      },
    };
  },
});

describe('what an ffmpeg camera shows', () => {
  it('is the picture that was sent: the simulated table, to a few grey levels', async () => {
    const rig = await openSimRig({ seed: 3 });
    const truth = rig.world().render(SIZE);
    const served = await serveCamera({ draw: () => truth, hz: 10 });
    onTestFinished(async () => {
      await served.close();
      await rig.close();
    });
    const { frame } = await (await camera({ input: served.url })).next(PATIENT_MS);
    const errors = frame.data.map((value, i) => Math.abs(value - truth.data[i]));
    expect(errors.reduce((sum, e) => sum + e, 0) / errors.length).toBeLessThan(2);
  });

  it("is cropped in the camera's own pixels, then scaled", async () => {
    // Left half red, right half blue.
    const halves = 'lavfi:color=red:size=160x240:rate=20[a];color=blue:size=160x240:rate=20[b];[a][b]hstack';
    const colour = ({ data, width }: Frame, col: number): number[] => {
      const at = 3 * (60 * width + col);
      return [...data.subarray(at, at + 3)].map((v) => Math.round(v / 255));
    };
    const whole = (await (await camera({ input: halves })).next(PATIENT_MS)).frame;
    expect(colour(whole, 10)).toEqual([1, 0, 0]);
    expect(colour(whole, 150)).toEqual([0, 0, 1]);
    const crop = { top: 60, left: 160, height: 120, width: 160 };
    const right = (await (await camera({ input: halves, crop })).next(PATIENT_MS)).frame;
    expect(colour(right, 4)).toEqual([0, 0, 1]);
  });

  it('keeps its shape without a crop: the largest middle part', async () => {
    // A wide picture, its outer quarters green: what is left of 640x240 in 4:3 is 320x240.
    const wide =
      'lavfi:color=green:size=160x240:rate=20,split[a][b];color=red:size=320x240:rate=20[m];[a][m][b]hstack=3';
    const { frame } = await (await camera({ input: wide })).next(PATIENT_MS);
    expect(frame.data[0]).toBeGreaterThan(200);
    expect(frame.data[1]).toBeLessThan(50);
  });

  it('is a file again from its start when it ends', async () => {
    const path = `${await temporaryFolder()}/short.mp4`;
    const frames = [40, 120].map((v) =>
      makeFrame(SIZE, new Uint8Array(SIZE.height * SIZE.width * 3).fill(v)),
    );
    await encodeVideo(frames, path, { fps: 10 });
    const film = await camera({ input: path });
    const levels = new Set<number>();
    for (let i = 0; i < 6; i++) levels.add(Math.round(level((await film.next(PATIENT_MS)).frame) / 40));
    expect(levels).toEqual(new Set([1, 3]));
    expect(film.health()).toMatchObject({ reopened: 0, source: { codec: 'h264', size: SIZE } });
  });
});

describe('an ffmpeg camera that something happens to', () => {
  it('knows the newest picture and its age after the main thread was busy', async () => {
    const watched = await camera({ input: 'lavfi:testsrc=size=64x48:rate=25' });
    const before = await watched.latest(PATIENT_MS);
    // Nothing is heard while this thread is busy, and yet nothing queues up.
    for (const until = Date.now() + 1500; Date.now() < until;);
    const after = await watched.latest(PATIENT_MS);
    expect(after.timestampMs).toBeGreaterThan(before.timestampMs);
  });

  it('subtracts its latency: a picture counts as taken that much earlier', async () => {
    const { served } = await greyStream();
    const late = await camera({ input: served.url, latencyMs: 300 });
    const asked = late.nowMs();
    const { timestampMs } = await late.next(PATIENT_MS);
    // Taken after it was asked for, so it arrived at least 300 ms later.
    expect(timestampMs).toBeGreaterThanOrEqual(asked);
    expect(late.nowMs() - asked).toBeGreaterThanOrEqual(300);
    await expect(late.latest(299)).rejects.toThrow(/the newest picture is \d+ ms old, older than the 299 ms/);
  });

  it('is frozen when it is open but sends nothing, and says so', async () => {
    const { served } = await greyStream();
    const watched = await camera({ input: served.url });
    await watched.next(PATIENT_MS);
    served.freeze(true);
    await failsLike(watched, 1000, /frozen, open but no new picture for \d/);
    await expect(watched.latest(100)).rejects.toMatchObject({
      next: expect.stringContaining('foresight cameras') as string,
    });
    served.freeze(false);
    await watched.next(PATIENT_MS);
  });

  it('is opened again when it falls silent for too long', async () => {
    const { served } = await greyStream();
    const watched = await camera({ input: served.url }, { silentMs: 600 });
    await watched.next(PATIENT_MS);
    served.freeze(true);
    await failsLike(watched, 2500, /frozen|gone/);
    served.freeze(false);
    await watched.next(PATIENT_MS);
    expect(watched.health().reopened).toBeGreaterThan(0);
  });

  it('is gone when the stream ends, and there again when it comes back', async () => {
    const { served } = await greyStream();
    const watched = await camera({ input: served.url });
    await watched.next(PATIENT_MS);
    await served.unplug();
    await failsLike(watched, 1500, /gone, no picture for .* \(ffmpeg: .*(ended|refused|Connection)/);
    await served.plugIn();
    await watched.next(PATIENT_MS);
    expect(watched.health().reopened).toBeGreaterThan(0);
  });

  it('is frozen when a device repeats one picture to the last bit', async () => {
    const still = { input: 'lavfi:color=gray:size=64x48:rate=25' };
    const watched = await camera(still, { repeatingMs: 400 });
    await new Promise((resolve) => setTimeout(resolve, 900));
    await expect(watched.next(PATIENT_MS)).rejects.toThrow(/frozen, the same picture to the last bit/);
    // Test pictures may stand still.
    const patient = await camera(still);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await patient.next(PATIENT_MS);
    expect(patient.health().sameForMs).toBeGreaterThan(400);
  });

  it.each([
    ['http://127.0.0.1:9/', /cannot be opened \(ffmpeg: .*refused/],
    ['/dev/video93', /cannot be opened \(ffmpeg: .*No such file/],
    ['nowhere.mp4', /no device, address or file 'nowhere.mp4'/],
    ['lavfi:no_such_source', /cannot be opened \(ffmpeg: .*/],
  ])('%s says why it cannot be opened, and what to do', async (input, reason) => {
    const failed = camera({ input });
    await expect(failed).rejects.toThrow(reason);
    await expect(failed).rejects.toMatchObject({
      next: expect.stringContaining('npx foresight cameras') as string,
    });
  });

  it('never tells what the environment filled in', async () => {
    process.env['FORESIGHT_TEST_PORT'] = '9';
    onTestFinished(() => {
      delete process.env['FORESIGHT_TEST_PORT'];
    });
    await expect(camera({ input: 'http://127.0.0.1:${FORESIGHT_TEST_PORT}/x' })).rejects.toThrow(
      /127\.0\.0\.1:\$\{FORESIGHT_TEST_PORT\}\/x: Connection refused/,
    );
  });
});
