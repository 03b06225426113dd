import { expect, test } from 'vitest';
import { openFfmpegCamera } from '../../src/camera/ffmpeg-camera.ts';
import { measureLatency } from '../../src/camera/latency.ts';
import { makeFrame } from '../../src/spec/frame.ts';
import { videoSchema } from '../../src/spec/video.ts';
import { serveCamera } from '../emulator/stream-camera.ts';

const SIZE = { height: 48, width: 64 };

test('a picture that is on its way for 400 ms cannot be younger when it arrives', async () => {
  let level = 60;
  const draw = () => makeFrame(SIZE, new Uint8Array(SIZE.height * SIZE.width * 3).fill(level));
  const served = await serveCamera({ draw, hz: 20, delayMs: 400 });
  const camera = await openFfmpegCamera({ video: videoSchema.parse({ input: served.url }), size: SIZE });
  try {
    const latencyMs = await measureLatency(camera, () => void (level = 160));
    expect(latencyMs).toBeGreaterThanOrEqual(400);
    await expect(measureLatency(camera, () => {})).rejects.toThrow('nothing moved in the picture');
  } finally {
    await camera.close();
    await served.close();
  }
});
