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
    const zeros = TracedValue.filled(graph, shape, updates.dtype, 0);
    return scatter(graph, zeros, indices, updates, 'add');
  },
  TensorScatterUpdate: ({ graph, inputs: { tensor, indices, updates } }) =>
    scatter(graph, tensor, indices, updates, 'none'),
  UnsortedSegmentSum: ({ graph, inputs: { x, segmentIds }, attrs }) => {
    const { numSegments } = attrs as UnsortedSegmentSumAttrs;
    const rest = x.shape.slice(segmentIds.rank);
    const zeros = TracedValue.filled(graph, [numSegments, ...rest], x.dtype, 0);
    return scatter(graph, zeros, reshaped(segmentIds, [...segmentIds.shape, 1]), x, 'add');
  },
};

/** `into` with `updates` [..., rest] put or added at `indices` [..., depth]. */
function scatter(
  graph: GraphBuilder,
  into: TracedValue,
  indices: TracedValue,
  updates: TracedValue,
  reduction: 'add' | 'none',
): TracedValue {
  const rows = graph.cast(indices.name(), 'int64');
  const result = graph.node('ScatterND', [into.name(), rows, updates.name()], { reduction });
  return TracedValue.named(graph, into.shape, into.dtype, result);
}
