/** Still pictures: frames as PNG files, and short moving pictures as animated WebP or GIF. */
import { extname } from 'node:path';
import sharp from 'sharp';
import { replaceFileWith } from '../files/atomic.ts';
import { ensure, ForesightError } from '../spec/errors.ts';
import { makeFrame, sameSize, type Frame } from '../spec/frame.ts';

/** Writes a frame as a PNG, by way of a temporary name. */
export async function writePng(frame: Frame, path: string): Promise<void> {
  const raw = { width: frame.width, height: frame.height, channels: 3 } as const;
  await replaceFileWith(path, await sharp(frame.data, { raw }).png().toBuffer());
}

/** Reads a PNG (or any still picture sharp knows) as an RGB frame; an alpha channel is dropped. */
export async function readPng(path: string): Promise<Frame> {
  return decodePicture(path, path);
}

/** The same of a picture in memory. @param name what errors call it */
export async function decodePicture(picture: string | Uint8Array, name: string): Promise<Frame> {
  try {
    const { data, info } = await sharp(picture, { failOn: 'warning' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return makeFrame(info, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  } catch (error) {
    throw new ForesightError(`${name}: not a picture that can be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

export interface AnimationOptions {
  /** How long each frame stands, milliseconds. */
  readonly frameMs: number;
  /** WebP quality, 0 to 100 (default 80). */
  readonly quality?: number;
}

/** Writes frames of one size as an endless animation; `path` ends in .webp or .gif. */
export async function writeAnimation(
  frames: readonly Frame[],
  path: string,
  options: AnimationOptions,
): Promise<void> {
  ensure(frames.length > 0, `${path}: an animation needs at least one frame`);
  const format = extname(path).slice(1);
  ensure(format === 'webp' || format === 'gif', `${path}: an animation's name ends in .webp or .gif`);
  const { width, height } = frames[0];
  const tall = new Uint8Array(width * height * 3 * frames.length);
  frames.forEach((frame, i) => {
    ensure(sameSize(frame, frames[0]), `${path}: frame ${i} has another size than the first`);
    tall.set(frame.data, i * width * height * 3);
  });
  const raw = { width, height: height * frames.length, channels: 3, pageHeight: height } as const;
  const picture = sharp(tall, { raw, limitInputPixels: false });
  const delay = frames.map(() => options.frameMs);
  const encoded =
    format === 'webp'
      ? picture.webp({ delay, loop: 0, quality: options.quality ?? 80, effort: 5 })
      : picture.gif({ delay, loop: 0 });
  await replaceFileWith(path, await encoded.toBuffer());
}
