/**
 * What stands on the table, by its difference from the background plate: the poor man's segmentation that a
 * play policy aims by. It needs no training and no truth, only a picture of the empty table.
 */
import { ensure } from '../spec/errors.ts';
import { sameSize, type Frame, type Mask } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';

/** A connected set of pixels that differ from the plate. */
export interface Blob {
  /** Mean of its pixels. */
  readonly centre: Pixel;
  /** Number of its pixels. */
  readonly area: number;
  /** Its pixels' places, row * width + col. */
  readonly pixels: readonly number[];
}

export interface BlobOptions {
  /** How much a colour must differ, 0..255 (default 30). */
  readonly threshold?: number;
  /** Blobs of fewer pixels are noise (default: one thousandth of the frame). */
  readonly minArea?: number;
  /** Pixels the arm covers by more than this are not looked at (default 0.05). */
  readonly armCoverage?: number;
}

/** How dark a shadow may be, as a share of the plate's light. */
const DARKEST_SHADOW = 0.35;

/** The blobs of a frame, largest first, seen beside the arm. */
export function findBlobs(frame: Frame, plate: Frame, arm: Mask, options: BlobOptions = {}): Blob[] {
  ensure(
    sameSize(frame, plate) && sameSize(frame, arm),
    `blobs: frame ${frame.width}x${frame.height}, plate ${plate.width}x${plate.height} and arm mask ${arm.width}x${arm.height} must have one size`,
  );
  const minArea = options.minArea ?? Math.ceil((frame.width * frame.height) / 1000);
  const armCoverage = options.armCoverage ?? 0.05;
  const difference = differenceFromPlate(frame, plate);
  const threshold = options.threshold ?? 30;
  const open = new Uint8Array(difference.length);
  for (let at = 0; at < open.length; at++) {
    open[at] = difference[at] > threshold && arm.data[at] <= armCoverage ? 1 : 0;
  }
  return connected(open, frame.width, frame.height)
    .filter((blob) => blob.area >= minArea)
    .sort((a, b) => b.area - a.area);
}

/**
 * Difference of each pixel from the plate, [h, w] in 0..255, blind to shadows: a shadow is the plate's colour
 * times one factor under 1, so the best such factor is taken out first (Horprasert et al. 1999, "A statistical
 * approach for real-time robust background subtraction and shadow detection", in its simplest form).
 */
export function differenceFromPlate(frame: Frame, plate: Frame): Float32Array {
  const out = new Float32Array(frame.width * frame.height);
  for (let at = 0, i = 0; at < out.length; at++, i += 3) {
    const [r, g, b] = [frame.data[i], frame.data[i + 1], frame.data[i + 2]];
    const [pr, pg, pb] = [plate.data[i], plate.data[i + 1], plate.data[i + 2]];
    const brightness = (r * pr + g * pg + b * pb) / (pr * pr + pg * pg + pb * pb + 1);
    const light = Math.max(DARKEST_SHADOW, Math.min(1, brightness));
    out[at] = Math.max(Math.abs(r - light * pr), Math.abs(g - light * pg), Math.abs(b - light * pb));
  }
  return out;
}

/** Groups of set pixels that touch along an edge, by flood fill. Empties `open`. */
function connected(open: Uint8Array, width: number, height: number): Blob[] {
  const blobs: Blob[] = [];
  for (let seed = 0; seed < open.length; seed++) {
    if (open[seed] === 0) continue;
    open[seed] = 0;
    const pixels = [seed];
    let rows = 0;
    let cols = 0;
    // `pixels` grows while it is walked: it is the queue of the flood fill as well as its result.
    for (const at of pixels) {
      const row = Math.floor(at / width);
      const col = at - row * width;
      rows += row;
      cols += col;
      const visit = (inside: boolean, neighbour: number): void => {
        if (!inside || open[neighbour] === 0) return;
        open[neighbour] = 0;
        pixels.push(neighbour);
      };
      visit(row > 0, at - width);
      visit(row < height - 1, at + width);
      visit(col > 0, at - 1);
      visit(col < width - 1, at + 1);
    }
    const area = pixels.length;
    blobs.push({ centre: { row: rows / area, col: cols / area }, area, pixels });
  }
  return blobs;
}
