/** A distribution over the pixels of a picture, laid over it. */
import sharp from 'sharp';
import { makeFrame, type Frame, type Mask } from '../spec/frame.ts';
import { rescalePixel } from '../spec/pixel.ts';
import type { Colour } from './montage.ts';

/** How much of the picture stays visible under nothing. */
const DIMMED = 0.55;

/** The frame, dimmed and grey, with `mask` (of any size) in colour over it: as strong as its largest value allows. */
export function heatMap(frame: Frame, mask: Mask, colour: Colour): Frame {
  const shares = sharesOf(mask);
  const out = makeFrame(frame);
  for (let row = 0; row < frame.height; row++) {
    for (let col = 0; col < frame.width; col++) {
      const at = rescalePixel({ row, col }, frame, mask);
      const r = Math.max(0, Math.min(mask.height - 1, Math.round(at.row)));
      const c = Math.max(0, Math.min(mask.width - 1, Math.round(at.col)));
      const share = shares[r * mask.width + c];
      const i = 3 * (row * frame.width + col);
      const [red, green, blue] = frame.data.subarray(i, i + 3);
      const grey = DIMMED * (0.299 * red + 0.587 * green + 0.114 * blue) + (1 - DIMMED) * 255;
      for (let k = 0; k < 3; k++) out.data[i + k] = grey + share * (colour[k] - grey);
    }
  }
  return out;
}

/** The mask alone, in colour on nothing, as a PNG of its size. */
export async function transparentHeat(mask: Mask, colour: Colour): Promise<Uint8Array> {
  const { height, width } = mask;
  const data = new Uint8Array(4 * height * width);
  sharesOf(mask).forEach((share, i) => data.set([...colour, Math.round(255 * share)], 4 * i));
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** How strongly each value is drawn, 0..1. The root shows how far a distribution reaches, not its peak alone. */
function sharesOf({ data }: Mask): Float32Array {
  const largest = data.reduce((a, b) => Math.max(a, b), 1e-12);
  return Float32Array.from(data, (value) => Math.sqrt(value / largest));
}
