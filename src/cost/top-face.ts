/**
 * Which of an object's pixels are its top. Only the top keeps its look when the object turns: of the sides
 * others come into sight, in another light.
 *
 * An upright object is taken for a prism. Its top's front edge is then the front edge of its outline on the
 * table, lifted by its height, and the height is where that lifted line falls on an edge of the picture: the
 * top catches another light than the sides.
 */
import type { Frame, Mask } from '../spec/frame.ts';
import { project, unproject, type Projection } from '../spec/projection.ts';

/** Heights tried, metres. */
const LOWEST_M = 0.008;
const HIGHEST_M = 0.06;
const HEIGHT_STEP_M = 0.002;
/** A pixel's contrast counts up to here (of 255): one strong edge of paint must not outvote the outline. */
const CONTRAST_CAP = 30;
/** Mean contrast from which the edge between top and side is believed. */
const MIN_CONTRAST = 7;
/** The top has at least this part of the object's pixels, else the search went wrong. */
const MIN_TOP_FRACTION = 0.15;
/** Where the pixels under a top pixel are looked at, as fractions of the height; the foot itself is blurred. */
const BELOW = [0.75, 0.5, 0.25, 0.1];

export interface TopFace {
  /** Pixels, as row * width + col. */
  readonly pixels: readonly number[];
  readonly heightM: number;
}

/**
 * The top of the object made of `pixels`. Without a visible edge between top and sides all pixels count as top,
 * at `nominalHeightM`.
 *
 * @param hidden how much of each pixel the arm covers: an outline that ends at the arm is not the object's
 */
export function topFace(
  camera: Projection,
  frame: Frame,
  hidden: Mask,
  pixels: readonly number[],
  nominalHeightM: number,
): TopFace {
  const object = new Uint8Array(frame.height * frame.width);
  for (const i of pixels) object[i] = 1;
  const edge = frontEdge(object, hidden, pixels);
  let best = { heightM: nominalHeightM, contrast: MIN_CONTRAST };
  for (let heightM = LOWEST_M; heightM <= HIGHEST_M; heightM += HEIGHT_STEP_M) {
    const contrast = edgeContrast(camera, frame, object, edge, heightM);
    if (contrast > best.contrast) best = { heightM, contrast };
  }
  const whole = { pixels, heightM: nominalHeightM };
  if (best.contrast === MIN_CONTRAST) return whole;
  const top = pixels.filter((i) => standsOnObject(camera, frame, object, i, best.heightM));
  return top.length >= MIN_TOP_FRACTION * pixels.length ? { pixels: top, heightM: best.heightM } : whole;
}

/** The object's pixels with the table right below them in the picture. */
function frontEdge(object: Uint8Array, hidden: Mask, pixels: readonly number[]): number[] {
  return pixels.filter((i) => {
    const below = i + hidden.width;
    return below < object.length && !object[below] && hidden.data[below] < 0.1;
  });
}

/** Mean difference across the front edge when it is lifted by `heightM`. */
function edgeContrast(
  camera: Projection,
  frame: Frame,
  object: Uint8Array,
  edge: readonly number[],
  heightM: number,
): number {
  let sum = 0;
  for (const i of edge) {
    const foot = unproject(camera, { row: Math.floor(i / frame.width) + 0.5, col: i % frame.width }, 0);
    const lifted = project(camera, [foot[0], foot[1], heightM]);
    const above = pixelIndex(frame, lifted.row - 1, lifted.col);
    const below = pixelIndex(frame, lifted.row + 1, lifted.col);
    if (above === null || below === null || !object[above] || !object[below]) continue;
    sum += Math.min(CONTRAST_CAP, colourDistance(frame, above, below));
  }
  return sum / Math.max(1, edge.length);
}

/** Whether everything between the table and the point seen at pixel `i`, were it at that height, is object. */
function standsOnObject(
  camera: Projection,
  frame: Frame,
  object: Uint8Array,
  i: number,
  heightM: number,
): boolean {
  const pixel = { row: Math.floor(i / frame.width), col: i % frame.width };
  const [x, y] = unproject(camera, pixel, heightM);
  return BELOW.every((fraction) => {
    const { row, col } = project(camera, [x, y, fraction * heightM]);
    const at = pixelIndex(frame, row, col);
    return at !== null && object[at] === 1;
  });
}

function pixelIndex(frame: Frame, row: number, col: number): number | null {
  const [r, k] = [Math.round(row), Math.round(col)];
  return r >= 0 && k >= 0 && r < frame.height && k < frame.width ? r * frame.width + k : null;
}

function colourDistance({ data }: Frame, a: number, b: number): number {
  return Math.hypot(
    data[3 * a] - data[3 * b],
    data[3 * a + 1] - data[3 * b + 1],
    data[3 * a + 2] - data[3 * b + 2],
  );
}
