/** Several pictures in one, with titles and markers: the frames of demo and evaluation videos. */
import { makeFrame, type Frame } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import { rescalePixel } from '../spec/pixel.ts';
import { drawText, GLYPH } from './font.ts';

export type Colour = readonly [number, number, number];

/** Something drawn over a panel, in pixels of the panel's own frame. */
export type Marker =
  | { readonly shape: 'dot' | 'ring' | 'cross'; readonly at: Pixel; readonly colour: Colour }
  | { readonly shape: 'line'; readonly from: Pixel; readonly to: Pixel; readonly colour: Colour };

export interface Panel {
  readonly frame: Frame;
  readonly title: string;
  readonly markers?: readonly Marker[];
}

export interface MontageOptions {
  /** Each panel is enlarged by the whole factor that brings its height nearest to this, pixels (default 240). */
  readonly panelHeightPx?: number;
  /** Panels in a row (default: all of them). */
  readonly columns?: number;
  readonly background?: Colour;
  readonly ink?: Colour;
}

const MARGIN_PX = 8;
const TEXT_SCALE = 2;
const TITLE_PX = TEXT_SCALE * (GLYPH.height + 1) + MARGIN_PX;

/** A grid of panels, a title line under each. Width and height come out even, as most video formats want. */
export function montage(panels: readonly Panel[], options: MontageOptions = {}): Frame {
  const panelHeightPx = options.panelHeightPx ?? 240;
  const columns = Math.min(options.columns ?? panels.length, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const enlarged = panels.map((panel) => {
    const factor = Math.max(1, Math.round(panelHeightPx / panel.frame.height));
    const frame = enlarge(panel.frame, factor);
    for (const marker of panel.markers ?? []) drawMarker(frame, marker, panel.frame, factor);
    return frame;
  });
  const cellWidth = Math.max(...enlarged.map((frame) => frame.width)) + MARGIN_PX;
  const cellHeight = Math.max(...enlarged.map((frame) => frame.height)) + TITLE_PX + MARGIN_PX;
  const even = (pixels: number): number => pixels + (pixels % 2);
  const canvas = makeFrame({
    width: even(columns * cellWidth + MARGIN_PX),
    height: even(rows * cellHeight + MARGIN_PX),
  });
  fill(canvas, options.background ?? [250, 250, 248]);
  const ink = options.ink ?? [40, 42, 48];
  enlarged.forEach((frame, i) => {
    const top = MARGIN_PX + Math.floor(i / columns) * cellHeight;
    const left = MARGIN_PX + (i % columns) * cellWidth;
    paste(canvas, frame, top, left);
    write(
      canvas,
      panels[i].title,
      top + frame.height + MARGIN_PX / 2,
      left,
      left + cellWidth - MARGIN_PX,
      ink,
    );
  });
  return canvas;
}

/** The frame with each pixel repeated `factor` times in both directions. */
export function enlarge(frame: Frame, factor: number): Frame {
  const out = makeFrame({ height: frame.height * factor, width: frame.width * factor });
  const length = 3 * out.width;
  for (let row = 0; row < frame.height; row++) {
    const start = row * factor * length;
    for (let col = 0; col < out.width; col++) {
      const from = 3 * (row * frame.width + Math.floor(col / factor));
      for (let c = 0; c < 3; c++) out.data[start + 3 * col + c] = frame.data[from + c];
    }
    for (let k = 1; k < factor; k++) out.data.copyWithin(start + k * length, start, start + length);
  }
  return out;
}

function drawMarker(canvas: Frame, marker: Marker, original: Frame, factor: number): void {
  const unit = Math.max(1, canvas.height / 240);
  const place = (pixel: Pixel): Pixel =>
    rescalePixel(pixel, original, { height: original.height * factor, width: original.width * factor });
  if (marker.shape === 'line') {
    stroke(canvas, place(marker.from), place(marker.to), 1.2 * unit, marker.colour);
    return;
  }
  const { row, col } = place(marker.at);
  const white: Colour = [255, 255, 255];
  if (marker.shape === 'dot') {
    ring(canvas, { row, col }, 0, 5.5 * unit, white);
    ring(canvas, { row, col }, 0, 4 * unit, marker.colour);
  } else if (marker.shape === 'ring') {
    ring(canvas, { row, col }, 4.5 * unit, 8.5 * unit, white);
    ring(canvas, { row, col }, 5.5 * unit, 7.5 * unit, marker.colour);
  } else {
    const arm = 6 * unit;
    for (const [halfWidth, colour] of [
      [2.6 * unit, white],
      [1.4 * unit, marker.colour],
    ] as const) {
      stroke(
        canvas,
        { row: row - arm, col: col - arm },
        { row: row + arm, col: col + arm },
        halfWidth,
        colour,
      );
      stroke(
        canvas,
        { row: row - arm, col: col + arm },
        { row: row + arm, col: col - arm },
        halfWidth,
        colour,
      );
    }
  }
}

/** A ring (or, with inner 0, a disc) with an outline softened by one pixel. */
function ring(canvas: Frame, centre: Pixel, inner: number, outer: number, colour: Colour): void {
  shade(canvas, centre, centre, outer + 1, colour, (row, col) => {
    const distance = Math.hypot(row - centre.row, col - centre.col);
    return Math.min(outer - distance, inner === 0 ? Infinity : distance - inner) + 0.5;
  });
}

function stroke(canvas: Frame, from: Pixel, to: Pixel, halfWidth: number, colour: Colour): void {
  const dRow = to.row - from.row;
  const dCol = to.col - from.col;
  const lengthSquared = Math.max(dRow * dRow + dCol * dCol, 1e-9);
  shade(canvas, from, to, halfWidth + 1, colour, (row, col) => {
    const along = ((row - from.row) * dRow + (col - from.col) * dCol) / lengthSquared;
    const t = Math.max(0, Math.min(1, along));
    return halfWidth - Math.hypot(row - from.row - t * dRow, col - from.col - t * dCol) + 0.5;
  });
}

/** Blends `colour` in by `coverage(row, col)` (clamped to 0..1) around the box that two pixels span. */
function shade(
  canvas: Frame,
  a: Pixel,
  b: Pixel,
  reach: number,
  colour: Colour,
  coverage: (row: number, col: number) => number,
): void {
  const top = Math.max(0, Math.floor(Math.min(a.row, b.row) - reach));
  const bottom = Math.min(canvas.height - 1, Math.ceil(Math.max(a.row, b.row) + reach));
  const left = Math.max(0, Math.floor(Math.min(a.col, b.col) - reach));
  const right = Math.min(canvas.width - 1, Math.ceil(Math.max(a.col, b.col) + reach));
  for (let row = top; row <= bottom; row++) {
    for (let col = left; col <= right; col++) {
      const share = Math.max(0, Math.min(1, coverage(row, col)));
      const at = 3 * (row * canvas.width + col);
      for (let c = 0; c < 3; c++) canvas.data[at + c] += share * (colour[c] - canvas.data[at + c]);
    }
  }
}

/** Writes one line of text, cut off at `right`. */
function write(canvas: Frame, text: string, top: number, left: number, right: number, ink: Colour): void {
  drawText(text, (row, col) => {
    for (let dr = 0; dr < TEXT_SCALE; dr++) {
      for (let dc = 0; dc < TEXT_SCALE; dc++) {
        const y = top + row * TEXT_SCALE + dr;
        const x = left + col * TEXT_SCALE + dc;
        if (y < canvas.height && x < right) canvas.data.set(ink, 3 * (y * canvas.width + x));
      }
    }
  });
}

function fill(canvas: Frame, colour: Colour): void {
  const { data } = canvas;
  for (let at = 0; at < data.length; at += 3) [data[at], data[at + 1], data[at + 2]] = colour;
}

function paste(canvas: Frame, frame: Frame, top: number, left: number): void {
  for (let row = 0; row < frame.height; row++) {
    const line = frame.data.subarray(3 * row * frame.width, 3 * (row + 1) * frame.width);
    canvas.data.set(line, 3 * ((top + row) * canvas.width + left));
  }
}

/** Frames of one size in a row, without anything between them. */
export function besideEachOther(frames: readonly Frame[]): Frame {
  const { height, width } = frames[0];
  const row = makeFrame({ height, width: width * frames.length });
  frames.forEach((frame, n) => {
    paste(row, frame, 0, n * width);
  });
  return row;
}
