/**
 * What stands on a table, and what the table looks like under it, out of one photograph: a plain table's colour changes
 * slowly across the picture, so whatever leaves that slow change is a thing. For when nobody clears the table; a patterned
 * one has no such surface, and says so.
 */
import { makeFrame, type Frame, type Mask } from '../spec/frame.ts';
import { project } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';

/** A colour that is off by more than this, grey levels, is not the table's. Wood grain and JPEG stay below. */
const OFF_LEVELS = 25;
/** The first guess, one colour for all of it, is allowed more: light falls off across a table. */
const FIRST_OFF_LEVELS = 60;
const ROUNDS = 4;
/** A table is plain when so much of what is seen of it agrees. */
const PLAIN = 0.6;
/** Edges of things are mixed with the table: so many pixels around them count as theirs. */
const EDGE_PX = 2;
/** The rim is not the table: this share of its size is left out along each edge. */
const RIM = 0.02;

export interface TableView {
  /** The table as its smooth colour has it; the photograph beside the table. */
  readonly surface: Frame;
  /** 1 where something stands on it, [h, w]. */
  readonly things: Mask;
}

/** @param hidden where the arm is, [h, w] in 0..1 */
export function viewOfPlainTable(photograph: Frame, hidden: Mask, rig: Rig): TableView | null {
  const { height, width } = photograph;
  const places = placesOf(rig, photograph);
  const seen = places.filter((at) => hidden.data[at] === 0);
  if (seen.length === 0) return null;
  const off = (at: number, colour: readonly number[]): number =>
    Math.max(...colour.map((value, c) => Math.abs(photograph.data[3 * at + c] - value)));
  const middle = medianColour(photograph, seen);
  let table = seen.filter((at) => off(at, middle) < FIRST_OFF_LEVELS);
  let colourAt = (_at: number): number[] => middle;
  for (let round = 0; round < ROUNDS; round++) {
    if (table.length < PLAIN * seen.length) return null;
    colourAt = fitColours(photograph, table);
    table = seen.filter((at) => off(at, colourAt(at)) < OFF_LEVELS);
  }
  const surface = makeFrame({ height, width }, photograph.data.slice());
  const things = { height, width, data: new Float32Array(height * width) };
  for (const at of places) {
    const colour = colourAt(at);
    colour.forEach((value, c) => (surface.data[3 * at + c] = Math.max(0, Math.min(255, Math.round(value)))));
    if (hidden.data[at] === 0 && off(at, colour) >= OFF_LEVELS) markAround(things, at);
  }
  return { surface, things };
}

/** Places, row * width + col, where the camera sees the table's surface. */
function placesOf({ table: { low, high }, projection, frame }: Rig, { width, height }: Frame): number[] {
  const inset = [0, 1].map((d) => RIM * (high[d] - low[d]));
  const [left, right] = [low[0] + inset[0], high[0] - inset[0]];
  const [near, far] = [low[1] + inset[1], high[1] - inset[1]];
  const corners = [
    [left, near],
    [right, near],
    [right, far],
    [left, far],
  ].map(([x, y]) => project(projection, [x, y, 0]));
  const scale = width / projection.size.width;
  const places: number[] = [];
  for (let at = 0; at < frame.height * frame.width && height === frame.height; at++) {
    const [row, col] = [Math.floor(at / width) / scale, (at % width) / scale];
    // On the same side of all four edges.
    const sides = corners.map((a, i) => {
      const b = corners[(i + 1) % 4];
      return Math.sign((b.col - a.col) * (row - a.row) - (b.row - a.row) * (col - a.col));
    });
    if (sides.every((side) => side === sides[0])) places.push(at);
  }
  return places;
}

function medianColour({ data }: Frame, places: readonly number[]): number[] {
  return [0, 1, 2].map((c) => {
    const values = places.map((at) => data[3 * at + c]).sort((a, b) => a - b);
    return values[values.length >> 1];
  });
}

/** Each colour as a quadratic of row and column, by least squares over `places`. */
function fitColours({ data, width, height }: Frame, places: readonly number[]): (at: number) => number[] {
  const terms = (at: number): number[] => {
    const [r, c] = [Math.floor(at / width) / height - 0.5, (at % width) / width - 0.5];
    return [1, r, c, r * r, r * c, c * c];
  };
  const count = 6;
  const squares = Array.from({ length: count }, () => Array<number>(count + 3).fill(0));
  for (const at of places) {
    const t = terms(at);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) squares[i][j] += t[i] * t[j];
      for (let c = 0; c < 3; c++) squares[i][count + c] += t[i] * data[3 * at + c];
    }
  }
  const solved = eliminate(squares, count);
  return (at) => {
    const t = terms(at);
    return [0, 1, 2].map((c) => t.reduce((sum, value, i) => sum + value * solved[i][count + c], 0));
  };
}

/** Gauss-Jordan with pivots: the right-hand columns of a system of `count` rows become its solutions. */
function eliminate(rows: number[][], count: number): number[][] {
  for (let k = 0; k < count; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(rows[best][k]) ? k + i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    const scale = rows[k][k] || 1;
    rows[k] = rows[k].map((value) => value / scale);
    for (let i = 0; i < count; i++) {
      const factor = rows[i][k];
      if (i !== k) rows[i] = rows[i].map((value, j) => value - factor * rows[k][j]);
    }
  }
  return rows;
}

function markAround({ data, width, height }: Mask, at: number): void {
  const [row, col] = [Math.floor(at / width), at % width];
  for (let r = Math.max(0, row - EDGE_PX); r <= Math.min(height - 1, row + EDGE_PX); r++) {
    for (let c = Math.max(0, col - EDGE_PX); c <= Math.min(width - 1, col + EDGE_PX); c++)
      data[r * width + c] = 1;
  }
}
