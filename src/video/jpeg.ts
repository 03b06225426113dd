/** Frames as JPEG, for a page that shows them as they come. */
import sharp from 'sharp';
import type { Frame } from '../spec/frame.ts';

/** @param quality 1 to 100 */
export async function encodeJpeg(frame: Frame, quality = 85): Promise<Uint8Array> {
  const raw = { width: frame.width, height: frame.height, channels: 3 } as const;
  return sharp(frame.data, { raw }).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
}
