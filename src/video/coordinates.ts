/** A frame enlarged under a grid of pixel coordinates, for a person to choose pixels from. */
import { makeFrame, type Frame } from '../spec/frame.ts';
import { drawText, GLYPH } from './font.ts';
import { enlarge, type Colour } from './montage.ts';

const FACTOR = 6;
/** Pixels of the original between two lines. */
const SPACING_PX = 20;
const TEXT_SCALE = 2;
/** Room for three digits at the left, and one line above. */
const MARGIN = { left: 48, top: 24 } as const;
const LINE: Colour = [255, 255, 255];
const LINE_OPACITY = 0.45;
const PAPER = 250;
const INK = 40;

/** Lines through the centres of rows and columns 0, 20, 40, ..., labelled with their numbers. */
export function withCoordinates(frame: Frame): Frame {
  const large = enlarge(frame, FACTOR);
  const canvas = makeFrame({ height: large.height + MARGIN.top, width: large.width + MARGIN.left });
  canvas.data.fill(PAPER);
  for (let row = 0; row < large.height; row++) {
    const line = large.data.subarray(3 * row * large.width, 3 * (row + 1) * large.width);
    canvas.data.set(line, 3 * ((row + MARGIN.top) * canvas.width + MARGIN.left));
  }
  const centre = (pixel: number): number => FACTOR * pixel + FACTOR / 2;
  for (let row = 0; row < frame.height; row += SPACING_PX) {
    const at = MARGIN.top + centre(row);
    for (let col = MARGIN.left; col < canvas.width; col++) tint(canvas, at, col);
    write(canvas, String(row), { row: at - (TEXT_SCALE * GLYPH.height) / 2, col: 4 });
  }
  for (let col = 0; col < frame.width; col += SPACING_PX) {
    const at = MARGIN.left + centre(col);
    for (let row = MARGIN.top; row < canvas.height; row++) tint(canvas, row, at);
    const label = String(col);
    const width = TEXT_SCALE * (GLYPH.width + 1) * label.length;
    write(canvas, label, { row: 4, col: Math.round(at - width / 2) });
  }
  return canvas;
}

function tint({ data, width }: Frame, row: number, col: number): void {
  const at = 3 * (row * width + col);
  for (let c = 0; c < 3; c++) data[at + c] += LINE_OPACITY * (LINE[c] - data[at + c]);
}

function write({ data, width }: Frame, text: string, corner: { row: number; col: number }): void {
  drawText(text, (row, col) => {
    for (let dr = 0; dr < TEXT_SCALE; dr++) {
      for (let dc = 0; dc < TEXT_SCALE; dc++) {
        const at = (corner.row + row * TEXT_SCALE + dr) * width + corner.col + col * TEXT_SCALE + dc;
        data.fill(INK, 3 * at, 3 * at + 3);
      }
    }
  });
}
