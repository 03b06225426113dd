import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test, vi } from 'vitest';
import { parseSource, reasonOf } from '../../src/camera/ffmpeg-process.ts';

const WATCHER = fileURLToPath(new URL('./watcher.mjs', import.meta.url));

/** How many ffmpegs of this machine read `input`. */
async function readers(input: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const words = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return words.filter((line) => line.includes('pipe:1') && line.includes(input)).length;
}

describe.skipIf(process.platform !== 'linux')('an ffmpeg whose process goes away (/proc tells)', () => {
  it.each(['closes', 'exits', 'throws', 'SIGINT', 'SIGTERM', 'SIGKILL'])('is gone too: %s', async (how) => {
    const input = `lavfi:testsrc=size=64x48:rate=${20_000 + Math.floor(Math.random() * 1000)}/1000`;
    const source = input.slice('lavfi:'.length);
    const child = spawn(process.execPath, [WATCHER, input, how], { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    expect(await readers(source)).toBe(1);
    if (how.startsWith('SIG')) child.kill(how as NodeJS.Signals);
    else child.stdin.write('\n');
    await ended;
    await vi.waitFor(async () => expect(await readers(source)).toBe(0), { timeout: 15_000, interval: 200 });
  });
});

test.each([
  [
    '  Stream #0:0: Video: rawvideo (YUY2 / 0x32595559), yuyv422, 640x480, 147456 kb/s, 30 fps, 30 tbr, 1000k tbn',
    { codec: 'rawvideo', size: { width: 640, height: 480 }, fps: 30 },
  ],
  [
    'Stream #0:0: Video: mjpeg (Baseline), yuvj444p(pc, bt470bg/unknown/unknown), 320x240, 25 tbr, 25 tbn, 25 tbc',
    { codec: 'mjpeg', size: { width: 320, height: 240 }, fps: null },
  ],
  [
    'Stream #0:0[0x100]: Video: h264 (High) ([27][0][0][0] / 0x001B), yuv420p(progressive), 1280x720 [SAR 1:1 DAR 16:9], 29.97 fps, 30 tbr',
    { codec: 'h264', size: { width: 1280, height: 720 }, fps: 29.97 },
  ],
  ['Stream #0:1: Audio: aac (LC), 48000 Hz, stereo, fltp', null],
])('a stream as ffmpeg describes it: %s', (line, source) => {
  expect(parseSource(line)).toEqual(source);
});

test.each([
  [['Input #0, mpjpeg', '/dev/video0: Device or resource busy'], 1, '/dev/video0: Device or resource busy'],
  [
    ['[video4linux2,v4l2 @ 0x55] ioctl(VIDIOC_DQBUF): No such device', 'Conversion failed!'],
    1,
    'ioctl(VIDIOC_DQBUF): No such device',
  ],
  [['Input #0, mpjpeg'], 0, 'the stream ended'],
  [[], null, 'code null'],
])('why it ended, of %j', (lines, code, reason) => {
  expect(reasonOf(lines, code)).toBe(reason);
});
