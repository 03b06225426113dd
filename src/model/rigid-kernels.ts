/** The loop of the rigid-motion predictor: see `compute/host`. */
import type { HostKernel } from '../compute/host/host-kernel.ts';
import { before, blockOf, clamp } from './pointer-kernels.ts';

const module = import.meta.url;

/** Channels of a scene: three colours, how much of an object there is, how much of the arm hides it. */
const SCENE = 5;
const COLOURS = 3;

/**
 * What `pointers` [S, h', w', 3] of a `scene` [S', h, w, 5] and of the `plate` [S'', h, w, 3] show at `places` [2, B, M]:
 * how the scene differs from the plate where it is visible, 0 elsewhere. `rows` [B, M] are the pointers nearest to those
 * places, `offset` [2, B, M] away. M counts four blocks of a picture of half the size one after the other, and so does the
 * result, [B, 4 * 5, M / 4].
 */
export const lookThroughPointers: HostKernel = {
  module,
  name: 'lookThroughPointers',
  shape: ([, [batch, count]]) => [batch, 4 * SCENE, count / 4],
  run: ([pointers, rows, offset, places, scene, plate], out) => {
    const [, height, width] = scene.shape;
    const [batch, count] = rows.shape;
    const reads = batch * count;
    const blocks = count / 4;
    const line = width * SCENE;
    const [from, nearestPointer, by, at] = [pointers.data, rows.data, offset.data, places.data];
    const [seen, empty] = [scene.data, plate.data];
    const [lastRow, lastCol] = [height - 1, width - 1];
    for (let b = 0, i = 0, first = 0; b < batch; b++) {
      const pointersStart = b * blockOf(pointers);
      const sceneStart = b * blockOf(scene);
      const plateStart = b * blockOf(plate);
      for (let block = 0; block < 4; block++, first += SCENE * blocks) {
        for (let to = first; to < first + blocks; to++, i++) {
          const k = pointersStart + 3 * nearestPointer[i];
          const visible = from[k + 2];
          const row = clamp(from[k] + by[i], lastRow);
          const col = clamp(from[k + 1] + by[reads + i], lastCol);
          const top = before(row, lastRow);
          const left = before(col, lastCol);
          const down = row - top;
          const right = col - left;
          const corner = visible * down * right;
          const lower = visible * down - corner;
          const beside = visible * right - corner;
          const here = visible - corner - lower - beside;
          const p = sceneStart + (top * width + left) * SCENE;
          const q = p + line;
          const pixel =
            plateStart + COLOURS * (nearest(at[i], lastRow) * width + nearest(at[reads + i], lastCol));
          for (let c = 0, o = to; c < SCENE; c++, o += blocks) {
            const a = p + c;
            const d = q + c;
            const value =
              here * seen[a] + beside * seen[a + SCENE] + lower * seen[d] + corner * seen[d + SCENE];
            out[o] = c < COLOURS ? value - visible * empty[pixel + c] : value;
          }
        }
      }
    }
  },
};

/** The whole number of 0..last nearest to `x`. */
function nearest(x: number, last: number): number {
  return (clamp(x, last) + 0.5) | 0;
}
