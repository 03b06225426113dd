import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFrame, type Frame } from '../../src/spec/frame.ts';
import { decodeVideo, encodeVideo, probeVideo } from '../../src/video/ffmpeg.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SIZE = { height: 30, width: 42 } as const;

/** A saturated square that moves 2 pixels a frame over a slope of colours. */
function movingSquare(t: number): Frame {
  const frame = makeFrame(SIZE);
  for (let row = 0; row < SIZE.height; row++) {
    for (let col = 0; col < SIZE.width; col++) {
      const inside = row >= 10 && row < 20 && col >= 2 * t && col < 2 * t + 10;
      frame.data.set(inside ? [230, 30, 60] : [120 + row, 150, 90 + col], 3 * (row * SIZE.width + col));
    }
  }
  return frame;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

function psnr(a: readonly Frame[], b: readonly Frame[]): number {
  let squares = 0;
  let count = 0;
  a.forEach((frame, t) => {
    frame.data.forEach((v, i) => (squares += (v - b[t].data[i]) ** 2));
    count += frame.data.length;
  });
  return 10 * Math.log10((255 ** 2 * count) / squares);
}

describe('video files', () => {
  it('give back every frame, in order, colours within 40 dB', async () => {
    const path = join(await temporaryFolder(), 'deep/er/a.mp4');
    const frames = Array.from({ length: 13 }, (_, t) => movingSquare(t));
    await encodeVideo(frames, path, { fps: 2 });
    const decoded = await all(decodeVideo(path, SIZE));
    expect(decoded).toHaveLength(13);
    expect(psnr(frames, decoded)).toBeGreaterThan(40);
    // In order: each frame is closest to itself, not to its neighbour.
    expect(psnr([frames[5]], [decoded[5]])).toBeGreaterThan(psnr([frames[5]], [decoded[6]]) + 10);
  });

  it('are described by what decoding them shows', async () => {
    const path = join(await temporaryFolder(), 'a.mp4');
    await encodeVideo(
      Array.from({ length: 7 }, (_, t) => movingSquare(t)),
      path,
      { fps: 2 },
    );
    expect(await probeVideo(path)).toEqual({
      codec: 'h264',
      pixelFormat: 'yuv444p',
      size: SIZE,
      fps: 2,
      frames: 7,
      complaints: [],
    });
  });

  it('are there whole or not at all', async () => {
    const dir = await temporaryFolder();
    const broken = [movingSquare(0), makeFrame({ height: 2, width: 2 })];
    await expect(encodeVideo(broken, join(dir, 'a.mp4'), { fps: 2 })).rejects.toThrow(
      'a.mp4: frame of 2x2 in a video of 42x30',
    );
    await expect(encodeVideo([], join(dir, 'b.mp4'), { fps: 2 })).rejects.toThrow('at least one frame');
    async function* failing(): AsyncGenerator<Frame> {
      yield movingSquare(0);
      await Promise.resolve();
      throw new Error('the camera fell over');
    }
    await expect(encodeVideo(failing(), join(dir, 'c.mp4'), { fps: 2 })).rejects.toThrow('fell over');
    expect(await readdir(dir)).toEqual([]);
  });

  it('name themselves in errors when missing, garbage or empty', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'garbage.mp4'), 'this is no video');
    await writeFile(join(dir, 'empty.mp4'), '');
    for (const name of ['missing.mp4', 'garbage.mp4', 'empty.mp4']) {
      const path = join(dir, name);
      await expect(probeVideo(path)).rejects.toThrow(path);
      await expect(all(decodeVideo(path, SIZE))).rejects.toThrow(path);
    }
  });

  it('that are cut short have fewer frames and a complaint', async () => {
    const path = join(await temporaryFolder(), 'a.mp4');
    const frames = Array.from({ length: 20 }, (_, t) => movingSquare(t % 15));
    await encodeVideo(frames, path, { fps: 2 });
    await truncate(path, 3000);
    const facts = await probeVideo(path);
    expect(facts.frames).toBeLessThan(20);
    expect(facts.complaints).not.toEqual([]);
  });

  it('can be left in the middle', async () => {
    const path = join(await temporaryFolder(), 'a.mp4');
    await encodeVideo([movingSquare(0), movingSquare(1), movingSquare(2)], path, { fps: 2 });
    for await (const frame of decodeVideo(path, SIZE)) {
      expect(frame.width).toBe(42);
      break;
    }
  });
});
