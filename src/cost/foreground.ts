/** What stands on the table: where a frame differs from the background plate by more than a shadow would. */
import { BRIGHTEST_TABLE, OBJECT_ABOVE, TABLE_BELOW } from '../model/scene.ts';
import { sameSize, type Frame, type FrameSize, type Mask } from '../spec/frame.ts';
import { ensure } from '../spec/errors.ts';

/** What is left of a colour (of 255) once a shadow is explained away: below the first table, above the second object. */
const [TABLE_BELOW_255, OBJECT_ABOVE_255] = [255 * TABLE_BELOW, 255 * OBJECT_ABOVE];
/**
 * A shadow keeps at least so much of the plate's brightness; anything darker is an object. Networks are shown scenes with
 * another bound (model/scene.ts): trackers were tuned with this one, to whom a dark side that is taken for a shadow costs
 * more than a bit of shadow that is taken for an object.
 */
const DARKEST_SHADOW = 0.45;

/**
 * How much each pixel belongs to something standing on the table, [h, w] in 0..1: above one half wholly. Pixels behind
 * the arm are 0.
 *
 * A shadow scales all channels of the plate by one factor: what counts is the difference that remains after
 * the best such factor (the colour-distortion test of Horprasert et al. 1999).
 *
 * @param hidden how much of each pixel the arm covers
 */
export function foreground(frame: Frame, plate: Frame, hidden: Mask): Mask {
  ensure(
    sameSize(frame, plate) && sameSize(frame, hidden),
    `foreground: expected a frame, a plate and a mask of one size, got ${sizes([frame, plate, hidden])}`,
  );
  const data = new Float32Array(frame.height * frame.width);
  const [f, p] = [frame.data, plate.data];
  for (let i = 0; i < data.length; i++) {
    if (hidden.data[i] >= 0.5) continue;
    const [r, g, b] = [f[3 * i], f[3 * i + 1], f[3 * i + 2]];
    const [pr, pg, pb] = [p[3 * i], p[3 * i + 1], p[3 * i + 2]];
    const brightness = (r * pr + g * pg + b * pb) / Math.max(1, pr * pr + pg * pg + pb * pb);
    const k = Math.max(DARKEST_SHADOW, Math.min(BRIGHTEST_TABLE, brightness));
    const distortion = Math.hypot(r - k * pr, g - k * pg, b - k * pb);
    const share = (distortion - TABLE_BELOW_255) / (OBJECT_ABOVE_255 - TABLE_BELOW_255);
    data[i] = Math.max(0, Math.min(1, share));
  }
  const mask = { height: frame.height, width: frame.width, data };
  fillHoles(mask);
  return mask;
}

/**
 * What is enclosed by something standing on the table belongs to it: a top may have a colour that the table has in
 * another light. That and everything above one half becomes whole. The arm encloses nothing.
 */
function fillHoles({ height, width, data }: Mask): void {
  const edge: number[] = [];
  for (let col = 0; col < width; col++) edge.push(col, (height - 1) * width + col);
  for (let row = 0; row < height; row++) edge.push(row * width, row * width + width - 1);
  const outside = new Uint8Array(data.length);
  for (const i of flood({ height, width }, edge, (at) => data[at] <= 0.5)) outside[i] = 1;
  for (let i = 0; i < data.length; i++) if (!outside[i]) data[i] = 1;
}

/** The pixels connected to `seed` (an index, row * width + col) through pixels above 0.5, themselves above 0.5. */
export function connectedTo(mask: Mask, seed: number): number[] {
  return flood(mask, [seed], (i) => mask.data[i] > 0.5);
}

/** The pixels that belong and are connected to one of `seeds` through such pixels, side by side, each once. */
function flood(
  { height, width }: FrameSize,
  seeds: readonly number[],
  belongs: (i: number) => boolean,
): number[] {
  const seen = new Uint8Array(height * width);
  const found: number[] = [];
  const visit = (i: number): void => {
    if (seen[i] || !belongs(i)) return;
    seen[i] = 1;
    found.push(i);
  };
  seeds.forEach(visit);
  for (const at of found) {
    const col = at % width;
    if (col > 0) visit(at - 1);
    if (col < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at + width < seen.length) visit(at + width);
  }
  return found;
}

/** Everything that stands on the table, a list of pixels each; fewer than `minPixels` are noise. */
export function standingThings(mask: Mask, minPixels: number): number[][] {
  const left: Mask = { ...mask, data: mask.data.slice() };
  const things: number[][] = [];
  for (let i = 0; i < left.data.length; i++) {
    if (left.data[i] <= 0.5) continue;
    const pixels = connectedTo(left, i);
    for (const at of pixels) left.data[at] = 0;
    if (pixels.length >= minPixels) things.push(pixels);
  }
  return things;
}

function sizes(things: readonly FrameSize[]): string {
  return things.map(({ width, height }) => `${width}x${height}`).join(', ');
}
