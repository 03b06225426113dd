/** Frames at another size, by sharp. Used live and for training alike, so that a network sees the same pixels. */
import sharp from 'sharp';
import { makeFrame, sameSize, type Frame, type FrameSize } from '../spec/frame.ts';

/**
 * The frame at another size. Shrinking averages over each new pixel's area (libvips' box shrink, then a
 * triangle filter for the rest), so nothing flickers as thin things move; enlarging is bilinear. The whole
 * picture is kept: the aspect ratio changes when the sizes' do.
 */
export async function resizeFrame(frame: Frame, size: FrameSize): Promise<Frame> {
  if (sameSize(frame, size)) return frame;
  const data = await sharp(frame.data, { raw: { width: frame.width, height: frame.height, channels: 3 } })
    .resize(size.width, size.height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
    .raw()
    .toBuffer();
  return makeFrame(size, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
