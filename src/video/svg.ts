/** Drawings as pictures, for where SVG is not shown. */
import sharp from 'sharp';
import { replaceFileWith } from '../files/atomic.ts';

const PROBE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text x="2" y="16" font-family="sans-serif" font-size="16">M</text></svg>';

/** Whether text in drawings comes out here: a machine without fonts (a container) leaves it away silently. */
export async function hasFonts(): Promise<boolean> {
  const { channels } = await sharp(Buffer.from(PROBE)).stats();
  return channels[3].max > 0;
}

/** Writes a drawing as a PNG on white, twice its size for fine screens. */
export async function writeSvgAsPng(svg: string, path: string): Promise<void> {
  const picture = sharp(Buffer.from(svg), { density: 144 }).flatten({ background: 'white' });
  await replaceFileWith(path, await picture.png().toBuffer());
}
