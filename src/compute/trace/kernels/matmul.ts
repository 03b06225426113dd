/** Matrix products. */
import type { BatchMatMulAttrs, _FusedMatMulAttrs } from '@tensorflow/tfjs';
import { broadcastShape, elementwise, type Kernels } from '../kernel.ts';
import { TracedValue } from '../value.ts';
import { activate } from './activation.ts';

export const matmulKernels: Kernels = {
  BatchMatMul: ({ inputs: { a, b }, attrs }) => matMul(a, b, attrs as BatchMatMulAttrs),
  _FusedMatMul: ({ graph, inputs: { a, b, bias }, attrs }) => {
    const { activation, leakyreluAlpha, ...transposed } = attrs as _FusedMatMulAttrs;
    const product = matMul(a, b, transposed);
    const biased = bias
      ? elementwise(graph, [product, bias], 'float32', (names) => graph.node('Add', names))
      : product;
    return activate(biased, activation, leakyreluAlpha);
  },
};

function matMul(a: TracedValue, b: TracedValue, { transposeA, transposeB }: BatchMatMulAttrs): TracedValue {
  const { graph } = a;
  const rows = a.shape[a.rank - (transposeA ? 1 : 2)];
  const columns = b.shape[b.rank - (transposeB ? 2 : 1)];
  if (a.rank === 2 && b.rank === 2) {
    const flags = { transA: Number(transposeA), transB: Number(transposeB) };
    return TracedValue.named(
      graph,
      [rows, columns],
      'float32',
      graph.node('Gemm', [a.name(), b.name()], flags),
    );
  }
  const batch = broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  // onnxruntime folds the transposes into the product.
  const operands = [transposeA ? swapped(a) : a.name(), transposeB ? swapped(b) : b.name()];
  return TracedValue.named(graph, [...batch, rows, columns], 'float32', graph.node('MatMul', operands));
}

function swapped(value: TracedValue): string {
  const axes = value.shape.map((_, i) => i);
  return value.graph.transpose(value.name(), [...axes.slice(0, -2), value.rank - 1, value.rank - 2]);
}
