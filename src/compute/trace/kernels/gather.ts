/** Reading and writing rows by index. Indices are expected in range, as tfjs says they have to be. */
import type { GatherV2Attrs, ScatterNdAttrs, UnsortedSegmentSumAttrs } from '@tensorflow/tfjs';
import { ensure } from '../../../spec/errors.ts';
import type { GraphBuilder } from '../graph.ts';
import { normalAxes, reshaped, type Kernels } from '../kernel.ts';
import { TracedValue } from '../value.ts';

export const gatherKernels: Kernels = {
  GatherNd: ({ graph, inputs: { params, indices } }) => {
    const depth = indices.shape[indices.rank - 1];
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
    const rows = graph.cast(indices.name(), 'int64');
    return TracedValue.named(graph, shape, params.dtype, graph.node('GatherND', [params.name(), rows]));
  },
  GatherV2: ({ graph, inputs: { x, indices }, attrs }) => {
    const { axis, batchDims } = attrs as GatherV2Attrs;
    ensure(
      batchDims === 0,
      'trace: tf.gather with batchDims cannot be compiled; fold the batch into the index',
    );
    const [along] = normalAxes(axis, x.rank);
    const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
    const rows = graph.node('Gather', [x.name(), indices.name()], { axis: along });
    return TracedValue.named(graph, shape, x.dtype, rows);
  },
  ScatterNd: ({ graph, inputs: { indices, updates }, attrs }) => {
    const { shape } = attrs as ScatterNdAttrs;
    const depth = indices.shape[indices.rank - 1];
    return addRows(graph, rowNumbers(indices, shape), updates, shape, depth);
  },
  TensorScatterUpdate: ({ graph, inputs: { tensor, indices, updates } }) => {
    const rows = graph.cast(indices.name(), 'int64');
    const updated = graph.node('ScatterND', [tensor.name(), rows, updates.name()]);
    return TracedValue.named(graph, tensor.shape, tensor.dtype, updated);
  },
  UnsortedSegmentSum: ({ graph, inputs: { x, segmentIds }, attrs }) => {
    const { numSegments } = attrs as UnsortedSegmentSumAttrs;
    const shape = [numSegments, ...x.shape.slice(segmentIds.rank)];
    return addRows(graph, reshaped(segmentIds, [segmentIds.size]), x, shape, 1);
  },
};

/**
 * Zeros of `shape` with every row of `updates` added at its row number; a row is what lies behind the first
 * `depth` axes. ScatterND would be the natural node, but onnxruntime 1.30 adds from several threads without a
 * lock and loses updates that meet in one row; ScatterElements adds in order.
 */
function addRows(
  graph: GraphBuilder,
  rows: TracedValue,
  updates: TracedValue,
  shape: readonly number[],
  depth: number,
): TracedValue {
  const length = shape.slice(depth).reduce((size, n) => size * n, 1);
  const count = shape.slice(0, depth).reduce((size, n) => size * n, 1);
  const zeros = TracedValue.filled(graph, [count, length], updates.dtype, 0).name();
  const column = graph.reshape(rows.name(), [rows.size, 1]);
  const index = graph.node('Expand', [column, graph.ints([rows.size, length])]);
  const flat = reshaped(updates, [rows.size, length]).name();
  const sums = graph.node('ScatterElements', [zeros, index, flat], { axis: 0, reduction: 'add' });
  return reshaped(TracedValue.named(graph, [count, length], updates.dtype, sums), shape);
}

/** Index vectors [..., depth] as the numbers of the rows they name, [n]. */
function rowNumbers(indices: TracedValue, shape: readonly number[]): TracedValue {
  const { graph } = indices;
  const depth = indices.shape[indices.rank - 1];
  const count = indices.size / depth;
  if (depth === 1) return reshaped(indices, [count]);
  const strides = Int32Array.from({ length: depth }, (_, i) =>
    shape.slice(i + 1, depth).reduce((size, n) => size * n, 1),
  );
  const scaled = graph.node('Mul', [
    reshaped(indices, [count, depth]).name(),
    graph.constant('int32', [depth], strides),
  ]);
  const rows = graph.node('ReduceSum', [scaled, graph.ints([1])], { keepdims: 0 });
  return TracedValue.named(graph, [count], 'int32', rows);
}
