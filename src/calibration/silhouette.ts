/** What is the arm in pictures of a table on which nothing else moves: what differs from the other pictures. */
import type { Frame } from '../spec/frame.ts';

/** 1 where the arm is, [h * w]. */
export type Silhouette = Uint8Array;

/** A colour that differs by so much is another thing, grey levels. */
const DIFFERENT_LEVELS = 20;

/** What is not in most of the other pictures, nor a shadow on it; of each picture the largest connected part. */
export function silhouettesOf(frames: readonly Frame[]): Silhouette[] {
  const background = medianOf(frames);
  const [{ width, height }] = frames;
  return frames.map(({ data }) => {
    const differs = new Uint8Array(width * height);
    for (let at = 0; at < differs.length; at++) {
      const now = data.subarray(3 * at, 3 * at + 3);
      const before = background.subarray(3 * at, 3 * at + 3);
      const most = Math.max(...now.map((v, c) => Math.abs(v - before[c])));
      differs[at] = most > DIFFERENT_LEVELS && !isShadow(now, before) ? 1 : 0;
    }
    return largestPart(differs, width);
  });
}

function medianOf(frames: readonly Frame[]): Uint8Array {
  return frames[0].data.map((_, i) => {
    const values = frames.map(({ data }) => data[i]).sort((a, b) => a - b);
    return values[values.length >> 1];
  });
}

/** Darker by the same factor in all colours, and not black. */
function isShadow(now: Uint8Array, before: Uint8Array): boolean {
  const ratios = [0, 1, 2].map((c) => (now[c] + 4) / (before[c] + 4));
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return most < 1.02 && least > 0.3 && most - least < 0.15 * most;
}

function largestPart(mask: Uint8Array, width: number): Silhouette {
  const part = new Int32Array(mask.length);
  let largest = { label: 0, count: 0 };
  let label = 0;
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] === 0 || part[seed] !== 0) continue;
    label++;
    let count = 0;
    const open = [seed];
    part[seed] = label;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      count++;
      const col = at % width;
      const beside = [at - width, at + width];
      if (col > 0) beside.push(at - 1);
      if (col < width - 1) beside.push(at + 1);
      for (const next of beside) {
        if (mask[next] !== 1 || part[next] !== 0) continue;
        part[next] = label;
        open.push(next);
      }
    }
    if (count > largest.count) largest = { label, count };
  }
  return mask.map((_, at) => (largest.count > 0 && part[at] === largest.label ? 1 : 0));
}
