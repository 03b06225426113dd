/** Comparisons, logic and selection. tfjs's bools are ONNX's bools inside a graph. */
import type { ClipByValueAttrs } from '@tensorflow/tfjs';
import { castTo, elementwise, reshaped, type Kernels, type TraceKernel } from '../kernel.ts';

export const comparisonKernels: Kernels = {
  ClipByValue: ({ graph, inputs: { x }, attrs }) => {
    const { clipValueMin, clipValueMax } = attrs as ClipByValueAttrs;
    return elementwise(graph, [x], x.dtype, ([a]) =>
      graph.node('Clip', [a, graph.scalar(x.dtype, clipValueMin), graph.scalar(x.dtype, clipValueMax)]),
    );
  },
  Equal: compare('Equal'),
  Greater: compare('Greater'),
  GreaterEqual: compare('GreaterOrEqual'),
  IsNan: ({ graph, inputs: { x } }) => elementwise(graph, [x], 'bool', (names) => graph.node('IsNaN', names)),
  Less: compare('Less'),
  LessEqual: compare('LessOrEqual'),
  LogicalAnd: logical('And'),
  LogicalNot: ({ graph, inputs: { x } }) =>
    elementwise(graph, [castTo(x, 'bool')], 'bool', (names) => graph.node('Not', names)),
  LogicalOr: logical('Or'),
  NotEqual: ({ graph, inputs: { a, b } }) =>
    elementwise(graph, [a, b], 'bool', (names) => graph.node('Not', [graph.node('Equal', names)])),
  Select: ({ graph, inputs: { condition, t, e } }) => {
    // A vector condition selects whole rows.
    const rows = condition.rank === 1 && t.rank > 1;
    const mask = rows ? reshaped(condition, [condition.size, ...t.shape.slice(1).map(() => 1)]) : condition;
    return elementwise(graph, [castTo(mask, 'bool'), t, e], t.dtype, (names) => graph.node('Where', names));
  },
};

function compare(op: string): TraceKernel {
  return ({ graph, inputs: { a, b } }) =>
    elementwise(graph, [a, b], 'bool', (names) => graph.node(op, names));
}

function logical(op: string): TraceKernel {
  return ({ graph, inputs: { a, b } }) =>
    elementwise(graph, [castTo(a, 'bool'), castTo(b, 'bool')], 'bool', (names) => graph.node(op, names));
}
