/**
 * Video files, through ffmpeg: frames to mp4, mp4 to frames, and what a file holds. The only file that knows
 * fluent-ffmpeg.
 */
import ffmpeg, { type FfmpegCommand } from 'fluent-ffmpeg';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { ensure, ForesightError } from '../spec/errors.ts';
import { makeFrame, sameSize, type Frame, type FrameSize } from '../spec/frame.ts';
import { resolveBinary } from './binary.ts';

/**
 * Our video: H.264 without chroma subsampling. At these small sizes yuv420p loses what a network sees (33 dB
 * on a saturated clip, where yuv444p at crf 12 gives 47 dB).
 */
export const VIDEO_CODEC = 'h264';
export const PIXEL_FORMAT = 'yuv444p';

export interface EncodeOptions {
  /** Frames a second, as played. */
  readonly fps: number;
  /** x264's constant rate factor: 12 is nearly lossless, 23 the usual size. */
  readonly crf?: number;
  /** 'yuv444p' keeps colours; 'yuv420p' plays in every browser. */
  readonly pixelFormat?: 'yuv444p' | 'yuv420p';
}

/** What a video file holds, counted by decoding all of it. */
export interface VideoFacts {
  readonly codec: string;
  readonly pixelFormat: string;
  readonly size: FrameSize;
  readonly fps: number;
  readonly frames: number;
  /** What ffmpeg complained about while decoding; empty for a sound file. */
  readonly complaints: readonly string[];
}

/**
 * Encodes frames to an mp4 at `path`, by way of a temporary name: the file is there whole or not at all.
 * Frames are pulled as ffmpeg takes them. A key frame every 2 frames, no B frames: any frame is cheap to reach.
 *
 * @throws ForesightError when there is no frame, when sizes differ, or when ffmpeg fails
 */
export async function encodeVideo(
  frames: Iterable<Frame> | AsyncIterable<Frame>,
  path: string,
  options: EncodeOptions,
): Promise<void> {
  const iterator =
    Symbol.asyncIterator in frames ? frames[Symbol.asyncIterator]() : frames[Symbol.iterator]();
  const first = await iterator.next();
  ensure(first.done !== true, `${path}: a video needs at least one frame`);
  const size: FrameSize = first.value;
  const pixelFormat = options.pixelFormat ?? PIXEL_FORMAT;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (let item: IteratorResult<Frame> = first; item.done !== true; item = await iterator.next()) {
      ensure(
        sameSize(item.value, size),
        `${path}: frame of ${describe(item.value)} in a video of ${describe(size)}`,
      );
      yield item.value.data;
    }
  }
  const temporary = `${path}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  const source = Readable.from(bytes(), { objectMode: false });
  const command = (await openFfmpeg())
    .input(source)
    .inputOptions(['-f rawvideo', '-pix_fmt rgb24', `-s ${describe(size)}`, `-r ${options.fps}`])
    .videoCodec('libx264')
    .outputOptions([
      `-pix_fmt ${pixelFormat}`,
      `-crf ${options.crf ?? 12}`,
      '-preset veryfast',
      '-g 2',
      '-bf 0',
      '-threads 1',
      // H.264 carries no colour matrix for RGB: say which one was used, so that every reader inverts the same.
      '-vf scale=out_color_matrix=bt601:out_range=tv',
      '-colorspace smpte170m',
      '-color_range tv',
      '-movflags +faststart',
    ])
    .format('mp4')
    .output(temporary);
  try {
    // ffmpeg's own complaint about a broken pipe would hide why the frames ended: that reason goes first.
    const sourceFailed = new Promise<never>((_, reject) => source.once('error', reject));
    await Promise.race([finished(command, `${path}: cannot be encoded`), sourceFailed]);
    await rename(temporary, path);
  } catch (error) {
    command.kill('SIGKILL');
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * The frames of a video file in order, scaled to `size` when it differs from the file's own.
 *
 * @throws ForesightError naming the file when it is missing, truncated or no video
 */
export async function* decodeVideo(path: string, size: FrameSize): AsyncGenerator<Frame> {
  await ensureThere(path);
  const command = (await openFfmpeg())
    .input(path)
    .outputOptions([
      '-map 0:v:0',
      `-vf scale=${size.width}:${size.height}:in_color_matrix=bt601:flags=area+accurate_rnd+full_chroma_int`,
      '-pix_fmt rgb24',
    ])
    .format('rawvideo');
  const output = new PassThrough({ highWaterMark: 1 << 20 });
  const end = finished(command, `${path}: cannot be decoded: truncated, damaged or no video`, output);
  end.catch((error: unknown) => output.destroy(error as Error));
  const frameBytes = size.height * size.width * 3;
  let frame = new Uint8Array(frameBytes);
  let filled = 0;
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length;) {
        const taken = Math.min(frameBytes - filled, chunk.length - at);
        frame.set(chunk.subarray(at, at + taken), filled);
        at += taken;
        filled += taken;
        if (filled < frameBytes) continue;
        yield makeFrame(size, frame);
        frame = new Uint8Array(frameBytes);
        filled = 0;
      }
    }
    await end;
  } finally {
    command.kill('SIGKILL');
  }
  ensure(filled === 0, `${path}: the video ends in the middle of a frame`);
}

/**
 * Decodes the whole file and says what it holds. Needs no ffprobe.
 *
 * @throws ForesightError naming the file when it cannot be opened or holds no video
 */
export async function probeVideo(path: string): Promise<VideoFacts> {
  const lines: string[] = [];
  await ensureThere(path);
  const command = (await openFfmpeg())
    .input(path)
    .outputOptions(['-map 0:v:0', '-f null'])
    .output('-')
    .on('stderr', (line: string) => lines.push(line));
  await finished(command, `${path}: cannot be decoded: truncated, damaged or no video`);
  // "Stream #0:0(und): Video: h264 (High 4:4:4 Predictive) (avc1 / 0x31637661), yuv444p(tv, smpte170m), 160x120, 124 kb/s, 2 fps, ..."
  const stream = lines.find((line) => line.includes('Video:')) ?? '';
  const found = /Video: (\w+).*?, (\w+)(?:\([^)]*\))?, (\d+)x(\d+)/.exec(stream);
  const counted = lines.flatMap((line) => [...line.matchAll(/frame=\s*(\d+)/g)]).at(-1);
  ensure(found !== null && counted !== undefined, `${path}: ffmpeg found no video in it`);
  return {
    codec: found[1],
    pixelFormat: found[2],
    size: { width: Number(found[3]), height: Number(found[4]) },
    fps: Number(/([\d.]+) fps/.exec(stream)?.[1] ?? NaN),
    frames: Number(counted[1]),
    complaints: lines.filter((line) => /error|invalid|truncat|partial|corrupt/i.test(line)),
  };
}

let binary: Promise<{ path: string; source: string }> | undefined;

async function openFfmpeg(): Promise<FfmpegCommand> {
  binary ??= resolveBinary();
  return ffmpeg().setFfmpegPath((await binary).path);
}

/** Runs a command to its end; rejects with `failure` and ffmpeg's own first line that says why. */
function finished(command: FfmpegCommand, failure: string, output?: PassThrough): Promise<void> {
  return new Promise((resolve, reject) => {
    command.once('end', () => {
      resolve();
    });
    command.once('error', (error: Error, _stdout: string | null, stderr: string | null) => {
      const said = (stderr ?? '')
        .split('\n')
        .filter((line) => /error|invalid|no such|not found|moov/i.test(line));
      const reason = said[0]?.trim() ?? error.message;
      reject(
        new ForesightError(`${failure} (ffmpeg: ${reason})`, {
          next: 'foresight dataset verify, or foresight doctor when every video fails',
          cause: error,
        }),
      );
    });
    if (output === undefined) command.run();
    else command.pipe(output, { end: true });
  });
}

async function ensureThere(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  ensure(found?.isFile() === true, `${path}: ${found ? 'a folder, not a file' : 'missing'}`);
}

function describe(size: FrameSize): string {
  return `${size.width}x${size.height}`;
}
