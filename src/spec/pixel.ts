/**
 * Pixel coordinates, in one convention: {row, col}, continuous, whole numbers at pixel centres, row 0 at the
 * top. A frame of h rows spans rows -0.5 to h - 0.5. Every change between frame sizes happens here.
 */
import type { FrameSize } from './frame.ts';

export interface Pixel {
  readonly row: number;
  readonly col: number;
}

/** The same place of the picture in a frame of another size. */
export function rescalePixel(pixel: Pixel, from: FrameSize, to: FrameSize): Pixel {
  return {
    row: ((pixel.row + 0.5) * to.height) / from.height - 0.5,
    col: ((pixel.col + 0.5) * to.width) / from.width - 0.5,
  };
}

/** Distance in pixels of the frame the two belong to. */
export function pixelDistance(a: Pixel, b: Pixel): number {
  return Math.hypot(a.row - b.row, a.col - b.col);
}

/** Whether the pixel lies inside the frame. */
export function insideFrame(pixel: Pixel, size: FrameSize): boolean {
  return (
    pixel.row >= -0.5 && pixel.row < size.height - 0.5 && pixel.col >= -0.5 && pixel.col < size.width - 0.5
  );
}
