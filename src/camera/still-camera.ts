/**
 * Single pictures, for goal images and for looking: through `node-webcam` where it and the program it runs (fswebcam) are
 * there, which shares a device politely and waits for its light; otherwise one picture by ffmpeg from the same input.
 */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure } from '../spec/errors.ts';
import type { Frame, FrameSize } from '../spec/frame.ts';
import type { Video } from '../spec/video.ts';
import { parseInput } from './input.ts';
import { onePicture } from './one-picture.ts';

/** fswebcam waits so long, seconds, for the automatics to find the light. */
const SETTLING_S = 1;
/** Where the rig does not say at which size the device films. */
const USUAL = { width: 640, height: 480 };

export interface Still {
  readonly frame: Frame;
  /** Which way it was taken. */
  readonly by: string;
  /** Why ways before it were passed over. */
  readonly passedOver: readonly string[];
}

/** A way of taking a picture; throws where it does not work here. */
export interface StillWay {
  readonly name: string;
  take(video: Video, size: FrameSize): Promise<Frame>;
}

export const stillWays: readonly StillWay[] = [
  { name: 'node-webcam', take: byNodeWebcam },
  { name: 'ffmpeg', take: onePicture },
];

/** One picture by the first way that works. Throws what the last way threw when none does. */
export async function takeStill(video: Video, size: FrameSize, ways = stillWays): Promise<Still> {
  const passedOver: string[] = [];
  for (const [i, way] of ways.entries()) {
    try {
      return { frame: await way.take(video, size), by: way.name, passedOver };
    } catch (error) {
      if (i === ways.length - 1) throw error;
      passedOver.push(`${way.name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw new Error('no way of taking a picture was given');
}

/** Nothing of the picture cropped off, at the camera's own size where that is known: what a crop is chosen in. */
export function takeWhole({ crop: _, ...whole }: Video, size: FrameSize): Promise<Still> {
  return takeStill(whole, size);
}

async function byNodeWebcam(video: Video, size: FrameSize): Promise<Frame> {
  const { kind, source } = parseInput(video.input);
  ensure(kind === 'v4l2', `${kind} inputs are ffmpeg's`);
  // It goes through a shell.
  ensure(/^\/dev\/[\w/.:-]+$/.test(source), `'${source}' is not a device's plain name`);
  // fswebcam would be asked, and say nothing of use.
  await access(source);
  const { default: webcam } = await import('node-webcam');
  const [width, height] = (video.options['video_size'] ?? `${USUAL.width}x${USUAL.height}`)
    .split('x')
    .map(Number);
  const folder = await mkdtemp(join(tmpdir(), 'foresight-'));
  const path = join(folder, 'still.jpg');
  try {
    await new Promise<void>((resolve, reject) => {
      const options = {
        width,
        height,
        device: source,
        delay: SETTLING_S,
        output: 'jpeg',
        quality: 95,
      } as const;
      webcam.capture(path, { ...options, callbackReturn: 'location', verbose: false }, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
    // The same crop and the same scaling as any other picture.
    return await onePicture({ ...video, input: path, options: {} }, size);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
