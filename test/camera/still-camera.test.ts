import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { onePicture } from '../../src/camera/one-picture.ts';
import { stillWays, takeStill } from '../../src/camera/still-camera.ts';
import { videoSchema } from '../../src/spec/video.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SIZE = { height: 120, width: 160 };
const RED = videoSchema.parse({ input: 'lavfi:color=red:size=320x240' });

/** Puts a program of this name first on the path. */
async function onPath(program: string, script: string): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin', program), script);
  await chmod(join(folder, 'bin', program), 0o755);
  const before = process.env['PATH'];
  process.env['PATH'] = `${join(folder, 'bin')}${delimiter}${before}`;
  onTestFinished(() => void (process.env['PATH'] = before));
  return folder;
}

describe('a still picture', () => {
  it('is one of ffmpeg, from the same input, where node-webcam cannot take it', async () => {
    const { frame, by, passedOver } = await takeStill(RED, SIZE);
    expect(by).toBe('ffmpeg');
    expect(passedOver).toEqual(["node-webcam: lavfi inputs are ffmpeg's"]);
    expect([frame.height, frame.width]).toEqual([120, 160]);
    expect([...frame.data.subarray(0, 3)].map((v) => Math.round(v / 255))).toEqual([1, 0, 0]);
  });

  it.skipIf(process.platform === 'win32')(
    'is what the program behind node-webcam wrote, cropped',
    async () => {
      // Stands for fswebcam: its last word is the file to write.
      const script = `#!/bin/sh\nfor last; do :; done\necho "$@" > "$(dirname "$0")/words"\ncp "$(dirname "$0")/blue.jpg" "$last"\n`;
      const folder = await onPath('fswebcam', script);
      const blue = { r: 0, g: 0, b: 255 };
      await sharp({ create: { width: 640, height: 480, channels: 3, background: blue } })
        .jpeg()
        .toFile(join(folder, 'blue.jpg'));
      await copyFile(join(folder, 'blue.jpg'), join(folder, 'bin', 'blue.jpg'));
      const crop = { top: 0, left: 80, height: 360, width: 480 };
      const { frame, by } = await takeStill(videoSchema.parse({ input: '/dev/null', crop }), SIZE);
      expect(by).toBe('node-webcam');
      expect([...frame.data.subarray(0, 3)].map((v) => Math.round(v / 255))).toEqual([0, 0, 1]);
    },
  );

  it('says what went wrong last when no way works', async () => {
    const failed = takeStill(videoSchema.parse({ input: '/dev/video93' }), SIZE);
    await expect(failed).rejects.toThrow(/camera \/dev\/video93: no picture \(ffmpeg: .*No such file/);
    await expect(failed).rejects.toMatchObject({
      next: expect.stringContaining('foresight cameras') as string,
    });
  });

  it('is the same, whichever way: they share crop and scaling', async () => {
    const input = 'lavfi:testsrc=size=320x240';
    const ways = [{ name: 'broken', take: () => Promise.reject(new Error('no light')) }, stillWays[1]];
    const still = await takeStill(videoSchema.parse({ input }), SIZE, ways);
    expect(still.passedOver).toEqual(['broken: no light']);
    expect(still.frame).toEqual(await onePicture(videoSchema.parse({ input }), SIZE));
  });
});
