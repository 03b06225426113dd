/** The tfjs side of host kernels. */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../tfjs.ts';
import { isHosting } from '../trace/backend.ts';
import { HOST_KERNEL } from '../trace/kernels/host.ts';
import { knowHostKernel, type HostKernel } from './host-kernel.ts';

/** The kernel's result where programs may have such; elsewhere `pieces`, the same in tfjs operations. */
export function hosted(kernel: HostKernel, inputs: readonly Tensor[], pieces: () => Tensor): Tensor {
  if (!isHosting()) return pieces();
  knowHostKernel(kernel);
  const named = Object.fromEntries(inputs.map((input, i) => [`x${i}`, input]));
  return tf.engine().runKernel(HOST_KERNEL, named, { kernel } as never);
}
