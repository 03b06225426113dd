/** resize.ts, png.ts, montage.ts */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { makeFrame } from '../../src/spec/frame.ts';
import { enlarge, montage } from '../../src/video/montage.ts';
import { readPng, writeAnimation, writePng } from '../../src/video/png.ts';
import { resizeFrame } from '../../src/video/resize.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('resizeFrame', () => {
  it('averages: a checkerboard becomes grey, a plain colour stays', async () => {
    const board = makeFrame({ height: 48, width: 64 });
    board.data.forEach((_, i) => (board.data[i] = (Math.floor(i / 3) + Math.floor(i / 192)) % 2 ? 200 : 100));
    const small = await resizeFrame(board, { height: 12, width: 16 });
    expect(small.data).toHaveLength(12 * 16 * 3);
    expect(small.data.every((v) => Math.abs(v - 150) <= 2)).toBe(true);
  });

  it('keeps places: the left half stays left', async () => {
    const frame = makeFrame({ height: 120, width: 160 });
    frame.data.forEach((_, i) => (frame.data[i] = Math.floor(i / 3) % 160 < 80 ? 255 : 0));
    const small = await resizeFrame(frame, { height: 48, width: 64 });
    expect(small.data[3 * (20 * 64 + 29)]).toBeGreaterThan(250);
    expect(small.data[3 * (20 * 64 + 34)]).toBeLessThan(5);
  });

  it('gives back the same frame at the same size', async () => {
    const frame = makeFrame({ height: 3, width: 4 });
    expect(await resizeFrame(frame, { height: 3, width: 4 })).toBe(frame);
  });
});

describe('stills', () => {
  it('come back exactly', async () => {
    const path = join(await temporaryFolder(), 'plates/a.png');
    const frame = makeFrame(
      { height: 5, width: 7 },
      Uint8Array.from({ length: 105 }, (_, i) => (i * 37) % 256),
    );
    await writePng(frame, path);
    expect(await readPng(path)).toEqual(frame);
  });

  it('name the file that is no picture', async () => {
    const path = join(await temporaryFolder(), 'a.png');
    await writeFile(path, 'no picture');
    await expect(readPng(path)).rejects.toThrow(path);
    await expect(readPng(`${path}.missing`)).rejects.toThrow('a.png.missing');
  });

  it.each(['webp', 'gif'])('become an animation in %s', async (format) => {
    const path = join(await temporaryFolder(), `a.${format}`);
    const frames = [0, 120, 250].map((level) =>
      makeFrame({ height: 16, width: 20 }, new Uint8Array(960).fill(level)),
    );
    await writeAnimation(frames, path, { frameMs: 200 });
    const read = await sharp(path, { animated: true }).metadata();
    expect(read).toMatchObject({ format, pages: 3, width: 20, pageHeight: 16, delay: [200, 200, 200] });
  });
});

describe('montage', () => {
  const grey = makeFrame({ height: 24, width: 32 }, new Uint8Array(24 * 32 * 3).fill(128));
  const at = (frame: typeof grey, row: number, col: number): number[] =>
    Array.from(frame.data.subarray(3 * (row * frame.width + col), 3 * (row * frame.width + col) + 3));

  it('enlarges by whole factors without mixing pixels', () => {
    const two = makeFrame({ height: 1, width: 2 }, Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(Array.from(enlarge(two, 2).data)).toEqual([
      ...[1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6],
      ...[1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6],
    ]);
  });

  it('puts panels side by side with room for titles, in even sizes', () => {
    const picture = montage(
      [
        { frame: grey, title: 'now' },
        { frame: grey, title: 'predicted' },
      ],
      { panelHeightPx: 240 },
    );
    expect(picture.width).toBe(2 * (320 + 8) + 8);
    expect(picture.width % 2).toBe(0);
    expect(picture.height % 2).toBe(0);
    expect(at(picture, 100, 100)).toEqual([128, 128, 128]);
    expect(at(picture, 100, 8 + 320 + 4)).toEqual([250, 250, 248]);
    expect(at(picture, 100, 8 + 328 + 100)).toEqual([128, 128, 128]);
  });

  it('writes titles under the panels', () => {
    const inked = (title: string): number => {
      const picture = montage([{ frame: grey, title }]);
      const below = picture.data.subarray(3 * picture.width * 249);
      return below.filter((v) => v < 60).length;
    };
    expect(inked('')).toBe(0);
    // An I is three columns of dots; a longer title takes more ink.
    expect(inked('I')).toBeGreaterThan(0);
    expect(inked('II')).toBe(2 * inked('I'));
  });

  it("draws markers at the pixel of the panel's own frame", () => {
    const picture = montage([
      {
        frame: grey,
        title: '',
        markers: [
          { shape: 'dot', at: { row: 5, col: 10 }, colour: [255, 0, 0] },
          { shape: 'line', from: { row: 20, col: 5 }, to: { row: 20, col: 25 }, colour: [0, 0, 255] },
        ],
      },
    ]);
    // Row 5 of 24 at ten times the size is row 54.5 of 240; the margin is 8.
    expect(at(picture, 8 + 54, 8 + 104)).toEqual([255, 0, 0]);
    expect(at(picture, 8 + 204, 8 + 150)).toEqual([0, 0, 255]);
    expect(at(picture, 8 + 150, 8 + 150)).toEqual([128, 128, 128]);
  });
});
