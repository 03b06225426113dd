/**
 * Repairs to tfjs's plain CPU backend, which the eager engine falls back to and tests compare against.
 *
 * `TensorScatterUpdate` writes into its input's buffer instead of a copy (tfjs 4.22, Scatter_impl.js takes the
 * tensor's own buffer for its output): a program that updates a tensor changes it for everyone who holds it.
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import type * as tfjs from '@tensorflow/tfjs';

/** What we need of the backend's data: the values of a tensor, and a tensor around values. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: string, values: Float32Array): TensorInfo;
  disposeIntermediateTensorInfo(info: TensorInfo): void;
}

/** Replaces the kernel by one that works on a copy. */
export function repairCpuKernels(tf: typeof tfjs): void {
  const broken = tf.getKernel('TensorScatterUpdate', 'cpu') as KernelConfig | undefined;
  if (broken === undefined) return;
  tf.unregisterKernel('TensorScatterUpdate', 'cpu');
  tf.registerKernel({
    ...broken,
    kernelFunc: (call) => {
      const backend = call.backend as CpuBackend;
      const { tensor } = call.inputs as unknown as { tensor: TensorInfo };
      const values = backend.data.get(tensor.dataId).values.slice();
      const copy = backend.makeTensorInfo(tensor.shape, tensor.dtype, values);
      const result = broken.kernelFunc({ ...call, inputs: { ...call.inputs, tensor: copy } });
      backend.disposeIntermediateTensorInfo(copy);
      return result;
    },
  });
}
