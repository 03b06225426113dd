/**
 * Repairs to tfjs's plain CPU backend, which the eager engine falls back to and tests compare against.
 *
 * - `TensorScatterUpdate` writes into its input's buffer instead of a copy (tfjs 4.22, Scatter_impl.js takes the
 *   tensor's own buffer for its output): a program that updates a tensor changes it for everyone who holds it.
 * - `AvgPoolGrad` divides by the whole window where the forward pass divides by the part inside the picture, so
 *   the gradient at padded borders is too small.
 */
import type { AvgPoolGradAttrs, KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import type * as tfjs from '@tensorflow/tfjs';

/** What we need of the backend's data: the values of a tensor, and a tensor around values. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: string, values: Float32Array): TensorInfo;
  disposeIntermediateTensorInfo(info: TensorInfo): void;
}

/** Replaces the kernels by ones that are given a corrected copy of one input. */
export function repairCpuKernels(tf: typeof tfjs): void {
  replaceInput(tf, 'TensorScatterUpdate', 'tensor', (values) => values.slice());
  replaceInput(tf, 'AvgPoolGrad', 'dy', (values, inputs, attrs) => {
    const { filterSize, strides, pad } = attrs as unknown as AvgPoolGradAttrs;
    const shape = inputs.input.shape as [number, number, number, number];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
    const [, height, width, channels] = inputs.dy.shape;
    const inside = (start: number, size: number, limit: number): number =>
      Math.min(start + size, limit) - Math.max(start, 0);
    return values.map((dy, k) => {
      const column = Math.floor(k / channels) % width;
      const row = Math.floor(k / (channels * width)) % height;
      const rows = inside(row * info.strideHeight - info.padInfo.top, info.filterHeight, info.inHeight);
      const columns = inside(column * info.strideWidth - info.padInfo.left, info.filterWidth, info.inWidth);
      return (dy * info.filterHeight * info.filterWidth) / (rows * columns);
    });
  });
}

type Correction = (
  values: Float32Array,
  inputs: Record<string, TensorInfo>,
  attrs: Record<string, unknown>,
) => Float32Array;

function replaceInput(tf: typeof tfjs, kernel: string, input: string, correct: Correction): void {
  const broken = tf.getKernel(kernel, 'cpu') as KernelConfig | undefined;
  if (broken === undefined) return;
  tf.unregisterKernel(kernel, 'cpu');
  tf.registerKernel({
    ...broken,
    kernelFunc: (call) => {
      const backend = call.backend as CpuBackend;
      const inputs = call.inputs as Record<string, TensorInfo>;
      const tensor = inputs[input];
      const values = correct(backend.data.get(tensor.dataId).values, inputs, call.attrs ?? {});
      const copy = backend.makeTensorInfo(tensor.shape, tensor.dtype, values);
      const result = broken.kernelFunc({ ...call, inputs: { ...call.inputs, [input]: copy } });
      backend.disposeIntermediateTensorInfo(copy);
      return result;
    },
  });
}
