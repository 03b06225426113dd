/** A picture that someone chose, as a goal image. */
import { ensure } from '../spec/errors.ts';
import type { Frame, FrameSize } from '../spec/frame.ts';
import { decodePicture } from '../video/png.ts';
import { resizeFrame } from '../video/resize.ts';

/** So much may a picture's shape differ from the camera's: sizes are whole numbers. */
const ALIKE = 0.02;

/**
 * The picture at the size that the camera records.
 *
 * @param picture a file's bytes
 * @throws ForesightError when it is no picture, or of another shape
 */
export async function goalPicture(picture: Uint8Array, { height, width }: FrameSize): Promise<Frame> {
  const frame = await decodePicture(picture, 'goal image');
  ensure(
    Math.abs((frame.width * height) / (frame.height * width) - 1) < ALIKE,
    `goal image: expected a picture of ${width} by ${height}, or as many times that, got ${frame.width} by ${frame.height}`,
    'take it with the camera that the arm is watched with',
  );
  return resizeFrame(frame, { height, width });
}
