/**
 * The loops of a grid of pointers: see `compute/host`. Each does in one go over the numbers what `pointer-grid.ts` and
 * `ops.ts` say in tfjs operations.
 */
import type { Value } from '../compute/compute.ts';
import type { HostKernel } from '../compute/host/host-kernel.ts';
import { LEAST_SHARE } from './predictor.ts';

const module = import.meta.url;

/** `source` [S, h, w, C] read bilinearly at `places` [2 or more, B, M] (row, column), clamped to the border -> [C, B, M]. */
export const readBetween: HostKernel = {
  module,
  name: 'readBetween',
  shape: ([source, [, batch, count]]) => [source[3], batch, count],
  run: ([source, places], out) => {
    const [, batch, count] = places.shape;
    const reads = batch * count;
    const rows = places.data.subarray(0, reads);
    const cols = places.data.subarray(reads, 2 * reads);
    readAt(source, rows, cols, count, out);
  },
};

/**
 * Where `pointers` [S, h, w, 3] lead from places near those at `rows` [B, M], `offset` [2, B, M] away: the place in the
 * context frame, and whether it is seen, [3, B, M].
 */
export const followPointers: HostKernel = {
  module,
  name: 'followPointers',
  shape: ([, [batch, count]]) => [3, batch, count],
  run: ([pointers, rows, offset], out) => {
    const [batch, count] = rows.shape;
    const reads = batch * count;
    const [from, at, by] = [pointers.data, rows.data, offset.data];
    const block = blockOf(pointers);
    for (let b = 0, i = 0; b < batch; b++) {
      const start = b * block;
      for (let m = 0; m < count; m++, i++) {
        const k = start + 3 * at[i];
        out[i] = from[k] + by[i];
        out[reads + i] = from[k + 1] + by[reads + i];
        out[2 * reads + i] = from[k + 2];
      }
    }
  },
};

/**
 * `pointers` [B, h, w, 3] with those at `rows` [B, M] replaced by what stands at `places` [2, B, M], counted in pointers;
 * of what is seen there, `kept` [1, B, M] remains to be seen.
 */
export const movePointers: HostKernel = {
  module,
  name: 'movePointers',
  shape: ([pointers]) => pointers,
  run: ([pointers, places, kept, rows], out) => {
    const [batch, count] = rows.shape;
    const reads = batch * count;
    const moved = scratch(3 * reads);
    readAt(pointers, places.data.subarray(0, reads), places.data.subarray(reads, 2 * reads), count, moved);
    out.set(pointers.data);
    const block = blockOf(pointers);
    const [to, remains] = [rows.data, kept.data];
    for (let b = 0, i = 0; b < batch; b++) {
      const start = b * block;
      for (let m = 0; m < count; m++, i++) {
        const k = start + 3 * to[i];
        out[k] = moved[i];
        out[k + 1] = moved[reads + i];
        out[k + 2] = moved[2 * reads + i] * remains[i];
      }
    }
  },
};

/**
 * Shares `now` [B, h', w', P] with those of the pointers at `rows` [B, M] read anew: what is at the places of `first`
 * [S, h, w, P] that `pointers` [B, h', w', 3] show, where they show any, and `LEAST_SHARE` besides.
 */
export const carryShares: HostKernel = {
  module,
  name: 'carryShares',
  shape: ([, now]) => now,
  run: ([first, now, pointers, rows], out) => {
    const [batch, count] = rows.shape;
    const reads = batch * count;
    const points = now.shape[3];
    const block = blockOf(pointers);
    const places = scratch((3 + points) * reads);
    const [from, to] = [pointers.data, rows.data];
    for (let b = 0, i = 0; b < batch; b++) {
      const start = b * block;
      for (let m = 0; m < count; m++, i++) {
        const k = start + 3 * to[i];
        places[i] = from[k];
        places[reads + i] = from[k + 1];
        places[2 * reads + i] = from[k + 2];
      }
    }
    const read = places.subarray(3 * reads);
    readAt(first, places.subarray(0, reads), places.subarray(reads, 2 * reads), count, read);
    out.set(now.data);
    const cells = blockOf(now);
    for (let b = 0, i = 0; b < batch; b++) {
      const start = b * cells;
      for (let m = 0; m < count; m++, i++) {
        const k = start + points * to[i];
        for (let p = 0; p < points; p++)
          out[k + p] = read[p * reads + i] * places[2 * reads + i] + LEAST_SHARE;
      }
    }
  },
};

/** Numbers of one picture of a batch; 0 where one picture serves all. */
export function blockOf({ shape: [blocks, height, width, channels] }: Value): number {
  return blocks === 1 ? 0 : height * width * channels;
}

/** What of 0..last is nearest to `x`. */
export function clamp(x: number, last: number): number {
  return x < 0 ? 0 : x > last ? last : x;
}

/** The pixel before `x` of 0..last that has one after it: where the two lie that a read mixes. */
export function before(x: number, last: number): number {
  const pixel = x | 0;
  return pixel === last ? pixel - 1 : pixel;
}

let spare = new Float32Array(0);

/** Room for numbers that nobody needs afterwards. */
function scratch(size: number): Float32Array {
  if (spare.length < size) spare = new Float32Array(size);
  return spare.subarray(0, size);
}

/**
 * The loop behind all bilinear reads: `rows` and `cols` hold `count` places a picture; `out` gets plane after plane.
 */
function readAt(
  source: Value,
  rows: Value['data'],
  cols: Value['data'],
  count: number,
  out: Float32Array,
): void {
  const { data } = source;
  const [, height, width, channels] = source.shape;
  const reads = rows.length;
  const block = blockOf(source);
  const [lastRow, lastCol, below] = [height - 1, width - 1, width * channels];
  for (let first = 0, start = 0; first < reads; first += count, start += block) {
    const end = first + count;
    for (let i = first; i < end; i++) {
      const row = clamp(rows[i], lastRow);
      const col = clamp(cols[i], lastCol);
      const top = before(row, lastRow);
      const left = before(col, lastCol);
      const down = row - top;
      const right = col - left;
      const corner = down * right;
      const lower = down - corner;
      const beside = right - corner;
      const here = 1 - down - beside;
      let a = start + (top * width + left) * channels;
      let b = a + below;
      out[i] = here * data[a] + beside * data[a + channels] + lower * data[b] + corner * data[b + channels];
      for (let c = 1, to = i + reads; c < channels; c++, to += reads) {
        a++;
        b++;
        out[to] =
          here * data[a] + beside * data[a + channels] + lower * data[b] + corner * data[b + channels];
      }
    }
  }
}
