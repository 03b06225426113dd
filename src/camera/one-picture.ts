/** One picture of an input, by an ffmpeg that ends with it. Cropped and scaled as the live camera does it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ForesightError } from '../spec/errors.ts';
import { makeFrame, type Frame, type FrameSize } from '../spec/frame.ts';
import type { Video } from '../spec/video.ts';
import { resolveBinary } from '../video/binary.ts';
import { reasonOf } from './ffmpeg-process.ts';
import { cropAndScale, inputWords } from './ffmpeg-words.ts';
import { isDevice, withoutSecrets } from './input.ts';

/** A device's first pictures are dark: its automatics need this many to find the light. */
const DARK_PICTURES = 15;
const TIMEOUT_MS = 20_000;

/** Throws a ForesightError with ffmpeg's reason when the input gives no picture. */
export async function onePicture(video: Video, size: FrameSize): Promise<Frame> {
  const { input } = video;
  const { path } = await resolveBinary();
  const late = isDevice(input) ? `select=gte(n\\,${DARK_PICTURES}),` : '';
  const filter = ['-map', '0:v:0', '-vf', `${late}${cropAndScale(video, size)}`, '-frames:v', '1'];
  const output = [...filter, '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'];
  const words = [
    '-hide_banner',
    '-nostats',
    '-nostdin',
    '-loglevel',
    'info',
    ...inputWords(video),
    ...output,
  ];
  const bytes = size.height * size.width * 3;
  try {
    const { stdout } = await promisify(execFile)(path, words, {
      encoding: 'buffer',
      maxBuffer: bytes + 1024,
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    return makeFrame(size, new Uint8Array(stdout));
  } catch (cause) {
    const said = String((cause as { stderr?: Buffer }).stderr ?? (cause as Error).message).split('\n');
    throw new ForesightError(
      `camera ${input}: no picture (ffmpeg: ${withoutSecrets(reasonOf(said, 1), input)})`,
      {
        next: 'npx foresight cameras, to see what is there and how to name it',
        cause,
      },
    );
  }
}
