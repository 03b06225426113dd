/** The words that make ffmpeg read an input as a live camera and send raw pictures. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { ensure } from '../spec/errors.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Video } from '../spec/video.ts';
import { fillInEnvironment, parseInput } from './input.ts';

/** A stream that says nothing for so long is given up, microseconds. Also ends an ffmpeg whose parent was killed. */
const SILENCE_US = 10_000_000;

/** All of ffmpeg's words: the input, the first video stream of it, cropped, scaled, as raw rgb24 on stdout. */
export function ffmpegWords(video: Video, size: FrameSize, keepFrames: readonly string[]): string[] {
  const quiet = ['-hide_banner', '-nostats', '-nostdin', '-loglevel', 'info'];
  const filter = ['-map', '0:v:0', '-vf', cropAndScale(video, size)];
  const output = ['-pix_fmt', 'rgb24', ...keepFrames, '-f', 'rawvideo', 'pipe:1'];
  return [...quiet, ...inputWords(video), ...filter, ...output];
}

/**
 * How this ffmpeg is told to neither repeat nor drop pictures to come to a rate that nobody asked for: `-vsync` was
 * replaced in 2022, and nightly builds carry no version, but every build its year.
 */
export async function keepEveryFrame(path: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(path, ['-version']);
  const year = Number(/Copyright \(c\) \d+-(\d+)/.exec(stdout)?.[1] ?? 0);
  return year >= 2024 ? ['-fps_mode', 'passthrough'] : ['-vsync', '0'];
}

/** The words before and with `-i`: whatever waits for more than it needs is switched off, so that pictures are new. */
export function inputWords({ input, options }: Pick<Video, 'input' | 'options'>): string[] {
  const { kind, source } = parseInput(fillInEnvironment(input));
  const given = Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]);
  const words = ['-fflags', 'nobuffer', '-flags', 'low_delay'];
  switch (kind) {
    case 'v4l2':
    case 'avfoundation':
    case 'dshow':
      return [...words, '-f', kind, ...given, '-i', source];
    case 'lavfi':
      // What has no clock of its own is read at its own rate.
      return ['-re', '-f', 'lavfi', ...given, '-i', source];
    case 'file':
      ensure(existsSync(source), `camera: no device, address or file '${input}'`, 'npx foresight cameras');
      return ['-re', '-stream_loop', '-1', ...given, '-i', source];
    case 'stream': {
      const transport = /^rtsps?:/i.test(source)
        ? ['-rtsp_transport', 'tcp']
        : ['-rw_timeout', `${SILENCE_US}`, '-analyzeduration', '500000'];
      return [...words, ...transport, ...given, '-i', source];
    }
  }
}

/** Crop first, in the camera's own pixels, then scale: area averages, so that nothing flickers as thin things move. */
export function cropAndScale({ crop }: Pick<Video, 'crop'>, { width, height }: FrameSize): string {
  if (crop !== undefined) ensureShape(crop, { width, height });
  // Without a crop: the largest part of the frame's shape, from the middle. Commas would end the filter.
  const part = crop
    ? `${crop.width}:${crop.height}:${crop.left}:${crop.top}`
    : `min(iw\\,ih*${width}/${height}):min(ih\\,iw*${height}/${width})`;
  return `crop=${part},scale=${width}:${height}:flags=area+accurate_rnd+full_chroma_int`;
}

/** A stretched picture would make circles ovals, which the arm's outline in the picture does not allow for. */
function ensureShape(crop: FrameSize, frame: FrameSize): void {
  const stretch = crop.width / crop.height / (frame.width / frame.height);
  ensure(
    Math.abs(stretch - 1) < 0.02,
    `camera: a crop of ${crop.width}x${crop.height} has another shape than the frame of ${frame.width}x${frame.height}`,
    `crop ${Math.round((crop.height * frame.width) / frame.height)}x${crop.height}, for example`,
  );
}
