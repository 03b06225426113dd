import { expect, test } from 'vitest';
import { settledFrame } from '../../src/calibration/settled.ts';
import type { Camera } from '../../src/camera/camera.ts';
import { makeFrame, type Frame } from '../../src/spec/frame.ts';

const SIZE = { width: 40, height: 30 };

/** A white square at `col`, on pixels that flicker by up to 8 levels. */
function picture(col: number, flicker = 0): Frame {
  const frame = makeFrame(SIZE);
  for (let row = 10; row < 16; row++) {
    for (let c = col; c < col + 6; c++)
      frame.data.fill(200, 3 * (row * SIZE.width + c), 3 * (row * SIZE.width + c) + 3);
  }
  return { ...frame, data: frame.data.map((v, i) => v + ((i * 7 + flicker) % 8)) };
}

/** Ten pictures a second, the last one over and over. */
function cameraOf(frames: readonly Frame[]): Camera & { taken: number } {
  const camera = {
    name: 'film',
    size: SIZE,
    taken: 0,
    next: () => {
      const index = camera.taken++;
      return Promise.resolve({
        frame: frames[Math.min(index, frames.length - 1)],
        timestampMs: 100 * index,
      });
    },
    latest: () => camera.next(),
    close: () => Promise.resolve(),
  };
  return camera;
}

// On a machine with two cores and other work, pictures came more than half a second late: the tip was looked for in
// pictures of an arm on its way, and the camera's matrix was off by a pixel.
test('pictures that are older than the move, and those of it, are waited out, however late they are', async () => {
  const late = Array.from({ length: 12 }, (_, k) => picture(2, k));
  const moving = [4, 8, 12, 16].map((col) => picture(col));
  const found = await settledFrame(cameraOf([...late, ...moving, picture(20)]), picture(2));
  expect(found.data).toEqual(picture(20).data);
});

test('what did not move is at rest after half a second', async () => {
  const camera = cameraOf([picture(2)]);
  expect((await settledFrame(camera, null)).data).toEqual(picture(2).data);
  expect(camera.taken).toBe(6);
});

test('a picture that never comes to rest is taken as it is after four seconds', async () => {
  const camera = cameraOf(Array.from({ length: 100 }, (_, k) => picture(2 + 6 * (k % 2))));
  await settledFrame(camera, null);
  expect(camera.taken).toBe(42);
});
