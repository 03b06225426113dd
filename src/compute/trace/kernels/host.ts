/** Loops that stay outside of onnxruntime: see `compute/host`. */
import type { HostKernel } from '../../host/host-kernel.ts';
import type { Kernels } from '../kernel.ts';
import { TracedValue } from '../value.ts';

export const HOST_KERNEL = 'Host';

export const hostKernels: Kernels = {
  [HOST_KERNEL]: ({ graph, list, attrs }) => {
    const { module, name, shape: shapeOf } = (attrs as { readonly kernel: HostKernel }).kernel;
    const shape = shapeOf(list.map((value) => value.shape));
    const inputs = list.map((value) => value.name());
    return TracedValue.named(
      graph,
      shape,
      'float32',
      graph.node(HOST_KERNEL, inputs, { module, name, shape }),
    );
  },
};
