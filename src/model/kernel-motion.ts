/** What networks that move pixels by kernels (CDNA, DNA, SNA) have in common, however these come about. */
import { z } from 'zod';
import { tf } from '../compute/tfjs.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { PixelMotion } from './finn.ts';
import { applyKernels, kernelFlow, stillKernel } from './pixel-transformations.ts';

/** Their settings. */
export const kernelSettings = {
  /** Side of a kernel, pixels. */
  kernel: z
    .number()
    .int()
    .positive()
    .refine((side) => side % 2 === 1, 'expected an odd number')
    .default(5),
};

/** What is done with a kernel of side `kernel` for each pixel: `kernels` [B, h, w, k * k] in the latent. */
export function kernelMotion(
  { height, width }: FrameSize,
  kernel: number,
): Pick<PixelMotion, 'still' | 'move' | 'flow'> {
  const still = stillKernel(kernel);
  return {
    still: () => ({
      kernels: tf.mul(tf.tensor4d(still, [1, 1, 1, still.length]), tf.ones([1, height, width, 1])),
    }),
    move: (picture, { kernels }) => applyKernels(kernels, picture),
    flow: ({ kernels }) => kernelFlow(kernels),
  };
}
