import { ForesightError } from './errors.ts';

/** The size of a frame in pixels: `h` rows, `w` columns. */
export interface FrameSize {
  readonly height: number;
  readonly width: number;
}

/** One picture, [h, w, 3] uint8 RGB, rows from the top. */
export interface Frame extends FrameSize {
  readonly data: Uint8Array;
}

/** An empty (black) frame, or one around existing data. Throws when the data has another length than h*w*3. */
export function makeFrame(size: FrameSize, data?: Uint8Array): Frame {
  const bytes = data ?? new Uint8Array(size.height * size.width * 3);
  const expected = size.height * size.width * 3;
  if (bytes.length !== expected) {
    throw new ForesightError(
      `frame of ${size.width}x${size.height} needs ${expected} bytes of RGB, got ${bytes.length}`,
    );
  }
  return { height: size.height, width: size.width, data: bytes };
}

/** One value a pixel, [h, w] in 0..1, for example how much of the pixel the arm covers. */
export interface Mask extends FrameSize {
  readonly data: Float32Array;
}

export function sameSize(a: FrameSize, b: FrameSize): boolean {
  return a.height === b.height && a.width === b.width;
}
