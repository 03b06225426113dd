/** Reductions over axes. */
import type { AllAttrs, ArgMaxAttrs, CumsumAttrs, MaxAttrs, SumAttrs } from '@tensorflow/tfjs';
import { castTo, inLayout, normalAxes, type Kernels, type TraceKernel } from '../kernel.ts';
import { commonLayout, perAxis, TracedValue, type Layout } from '../value.ts';

export const reductionKernels: Kernels = {
  All: ({ inputs: { x }, attrs }) => castTo(reduce('ReduceMin', castTo(x, 'int32'), attrs), 'bool'),
  Any: ({ inputs: { x }, attrs }) => castTo(reduce('ReduceMax', castTo(x, 'int32'), attrs), 'bool'),
  ArgMax: indexOf('ArgMax'),
  ArgMin: indexOf('ArgMin'),
  Cumsum: ({ graph, inputs: { x }, attrs }) => {
    const { axis, exclusive, reverse } = attrs as CumsumAttrs;
    const [position] = normalAxes(axis, x.rank);
    return inLayout(x, x.shape, (name, toLayout) =>
      graph.node('CumSum', [name, graph.scalar('int32', toLayout(position))], {
        exclusive: Number(exclusive),
        reverse: Number(reverse),
      }),
    );
  },
  Max: ({ inputs: { x }, attrs }) => {
    const { reductionIndices, keepDims } = attrs as MaxAttrs;
    return reduce('ReduceMax', x, { axis: reductionIndices, keepDims });
  },
  Mean: ({ inputs: { x }, attrs }) => reduce('ReduceMean', castTo(x, 'float32'), attrs),
  Min: ({ inputs: { x }, attrs }) => reduce('ReduceMin', x, attrs),
  Prod: ({ inputs: { x }, attrs }) => reduce('ReduceProd', x, attrs),
  Sum: ({ inputs: { x }, attrs }) => reduce('ReduceSum', x.dtype === 'bool' ? castTo(x, 'int32') : x, attrs),
};

function reduce(op: string, x: TracedValue, attrs: object): TracedValue {
  const { axis, keepDims } = attrs as Partial<Pick<SumAttrs & AllAttrs, 'axis' | 'keepDims'>>;
  const { graph } = x;
  const axes = normalAxes(axis, x.rank);
  if (axes.length === 0) return x;
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const shape = keepDims ? x.shape.map((n, i) => (axes.includes(i) ? 1 : n)) : kept.map((i) => x.shape[i]);
  // Dropping axes channels first leaves the others in the plain order, unless C and part of (h, w) remain.
  const inOrder = keepDims === true || !kept.includes(3) || !(kept.includes(1) || kept.includes(2));
  const layout: Layout = x.rank === 4 && inOrder ? commonLayout([x]) : 'plain';
  const order = perAxis(
    layout,
    x.shape.map((_, i) => i),
  );
  const reduced = graph.node(op, [x.name(layout), graph.ints(axes.map((a) => order.indexOf(a)).sort())], {
    keepdims: Number(keepDims ?? false),
  });
  return TracedValue.named(graph, shape, x.dtype, reduced, keepDims ? layout : 'plain');
}

function indexOf(op: string): TraceKernel {
  return ({ graph, inputs: { x }, attrs }) => {
    const [axis] = normalAxes((attrs as ArgMaxAttrs).axis, x.rank);
    const index = graph.node(op, [x.name()], { axis, keepdims: 0 });
    return TracedValue.named(
      graph,
      x.shape.filter((_, i) => i !== axis),
      'int32',
      graph.cast(index, 'int32'),
    );
  };
}
