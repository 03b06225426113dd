/**
 * Carries distributions of designated pixels along a grid of pointers. A pixel's chance of showing the point is that of
 * the pixel of the context frame which it shows; only the pointers of the last step's cut have to be asked anew.
 */
import { hosted } from '../compute/host/hosted.ts';
import { tf } from '../compute/tfjs.ts';
import type { FrameSize } from '../spec/frame.ts';
import { pixelBlobs } from './distribution.ts';
import { pictureOf, planesOf } from './layout.ts';
import { expand, readBilinear } from './ops.ts';
import type { PointerGrid } from './pointer-grid.ts';
import { carryShares } from './pointer-kernels.ts';
import { LEAST_SHARE, type Predictor } from './predictor.ts';

/** For latents with `pointers` [B, h', w', 3] and the `origin` [B, 2] of the cut that changed last. */
export function carryThroughPointers(
  grid: PointerGrid,
  frame: FrameSize,
): Pick<Predictor, 'designate' | 'carry'> {
  return {
    designate(pixels) {
      const first = pixelBlobs(pixels, frame);
      const [places] = tf.split(planesOf(expand(grid.identity(), pixels.shape[0])), [2, 1], 0);
      const unmoved = readBilinear(first, places);
      return { first, now: tf.add(pictureOf(unmoved, grid.size), LEAST_SHARE) };
    },

    carry({ first, now }, { pointers, origin }) {
      const rows = grid.cutRows(origin);
      const before = expand(now, pointers.shape[0]);
      const shares = hosted(carryShares, [first, before, pointers, rows], () => {
        const pointed = grid.read(pointers, rows);
        const [, visible] = tf.split(pointed, [2, 1], 0);
        return grid.replace(before, rows, tf.add(tf.mul(readBilinear(first, pointed), visible), LEAST_SHARE));
      });
      return { first, now: shares };
    },
  };
}
