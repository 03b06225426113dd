/** Kernels that move elements without changing them. */
import type {
  BroadCastToAttrs,
  ConcatAttrs,
  ExpandDimsAttrs,
  MirrorPadAttrs,
  PackAttrs,
  PadV2Attrs,
  ReshapeAttrs,
  ReverseAttrs,
  SliceAttrs,
  SplitVAttrs,
  StridedSliceAttrs,
  TileAttrs,
  TransposeAttrs,
  UnpackAttrs,
} from '@tensorflow/tfjs';
import { ensure } from '../../../spec/errors.ts';
import { tf } from '../../tfjs.ts';
import { inLayout, normalAxes, reshaped, sameShape, type Kernels } from '../kernel.ts';
import { axisIn, commonLayout, perAxis, TO_CHANNELS_FIRST, TO_CHANNELS_LAST, TracedValue } from '../value.ts';
import { blockRearrangement } from './blocks.ts';

export const shapeKernels: Kernels = {
  BroadcastTo: ({ graph, inputs: { x }, attrs }) => {
    const { shape } = attrs as BroadCastToAttrs;
    if (sameShape(x.shape, shape)) return x;
    if (x.uniform !== undefined) return TracedValue.filled(graph, shape, x.dtype, x.uniform);
    return TracedValue.named(graph, shape, x.dtype, graph.node('Expand', [x.name(), graph.ints(shape)]));
  },
  Concat: ({ list, attrs }) => concat(list, (attrs as ConcatAttrs).axis),
  ExpandDims: ({ inputs: { input }, attrs }) => {
    const [axis] = normalAxes((attrs as ExpandDimsAttrs).dim, input.rank + 1);
    return reshaped(input, [...input.shape.slice(0, axis), 1, ...input.shape.slice(axis)]);
  },
  Identity: ({ inputs: { x } }) => x,
  MirrorPad: ({ inputs: { x }, attrs }) => {
    const { paddings, mode } = attrs as MirrorPadAttrs;
    ensure(mode === 'reflect', `trace: tf.mirrorPad '${mode}' cannot be compiled; use 'reflect'`);
    return pad(x, paddings, 'reflect');
  },
  Pack: ({ list, attrs }) => {
    const [axis] = normalAxes((attrs as PackAttrs).axis, list[0].rank + 1);
    const shape = [...list[0].shape.slice(0, axis), 1, ...list[0].shape.slice(axis)];
    return concat(
      list.map((value) => reshaped(value, shape)),
      axis,
    );
  },
  PadV2: ({ inputs: { x }, attrs }) => {
    const { paddings, constantValue } = attrs as PadV2Attrs;
    return pad(x, paddings, 'constant', constantValue);
  },
  Reshape: ({ inputs: { x }, attrs }) => {
    const known = (attrs as ReshapeAttrs).shape;
    const rest = known.reduce((size, n) => (n === -1 ? size : size * n), 1);
    const shape = known.map((n) => (n === -1 ? x.size / rest : n));
    // Before the view asks for the plain layout.
    const channelsFirstOnly = x.rank === 4 && !x.has('plain');
    const block = blockRearrangement(x, shape);
    if (block) return block;
    const view = reshaped(x, shape);
    if (channelsFirstOnly && view.rank === 6) view.rearranged = { from: x, shape };
    return view;
  },
  Reverse: ({ graph, inputs: { x }, attrs }) => {
    const axes = normalAxes((attrs as ReverseAttrs).dims, x.rank);
    return inLayout(x, x.shape, (name, toLayout) =>
      graph.slice(
        name,
        axes.map(toLayout),
        axes.map(() => -1),
        axes.map(() => -(2 ** 31)),
        axes.map(() => -1),
      ),
    );
  },
  Slice: ({ inputs: { x }, attrs }) => {
    const { begin, size } = attrs as SliceAttrs;
    const [starts, sizes] = tf.slice_util.parseSliceParams(
      { shape: [...x.shape], rank: x.rank } as never,
      begin,
      size,
    );
    return slice(x, starts, sizes);
  },
  SplitV: ({ inputs: { x }, attrs }) => {
    const { numOrSizeSplits, axis } = attrs as SplitVAttrs;
    const [along] = normalAxes(axis, x.rank);
    const sizes = tf.backend_util.prepareSplitSize({ shape: [...x.shape] } as never, numOrSizeSplits, along);
    return split(x, sizes, along);
  },
  StridedSlice: ({ graph, inputs: { x }, attrs }) => {
    const a = attrs as StridedSliceAttrs;
    const info = tf.slice_util.sliceInfo(
      [...x.shape],
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    );
    const axes = x.shape.map((_, i) => i);
    // A negative stride runs to an end of -1, which ONNX would count from the back.
    const ends = info.end.map((end, i) => (info.strides[i] < 0 && end < 0 ? -(2 ** 31) : end));
    const sliced = graph.slice(x.name(), axes, info.begin, ends, info.strides);
    return TracedValue.named(graph, info.finalShape, x.dtype, graph.reshape(sliced, info.finalShape));
  },
  Tile: ({ graph, inputs: { x }, attrs }) => {
    const { reps } = attrs as TileAttrs;
    const shape = x.shape.map((n, i) => n * reps[i]);
    if (x.uniform !== undefined) return TracedValue.filled(graph, shape, x.dtype, x.uniform);
    return inLayout(x, shape, (name, _axis, layout) =>
      graph.node('Tile', [name, graph.ints(perAxis(layout, reps))]),
    );
  },
  Transpose: ({ inputs: { x }, attrs }) => transpose(x, (attrs as TransposeAttrs).perm),
  Unpack: ({ inputs: { value }, attrs }) => {
    const [axis] = normalAxes((attrs as UnpackAttrs).axis, value.rank);
    const shape = value.shape.filter((_, i) => i !== axis);
    return split(value, Array<number>(value.shape[axis]).fill(1), axis).map((part) => reshaped(part, shape));
  },
};

function concat(values: readonly TracedValue[], axis: number): TracedValue {
  const parts = values.filter((value) => value.size > 0);
  if (parts.length <= 1) return parts[0] ?? values[0];
  const [{ graph, dtype, rank }] = parts;
  const [along] = normalAxes(axis, rank);
  const layout = commonLayout(parts);
  const joined = graph.node(
    'Concat',
    parts.map((part) => part.name(layout)),
    { axis: axisIn(layout, along) },
  );
  const length = parts.reduce((sum, part) => sum + part.shape[along], 0);
  const shape = parts[0].shape.map((n, i) => (i === along ? length : n));
  return TracedValue.named(graph, shape, dtype, joined, layout);
}

function pad(
  x: TracedValue,
  paddings: readonly (readonly [number, number])[],
  mode: string,
  constantValue = 0,
): TracedValue {
  const { graph } = x;
  const shape = x.shape.map((n, i) => n + paddings[i][0] + paddings[i][1]);
  if (sameShape(shape, x.shape)) return x;
  return inLayout(x, shape, (name, _axis, layout) => {
    const sides = perAxis(layout, paddings);
    const pads = graph.ints([...sides.map(([before]) => before), ...sides.map(([, after]) => after)]);
    const fill = mode === 'constant' ? [graph.scalar(x.dtype, constantValue)] : [];
    return graph.node('Pad', [name, pads, ...fill], { mode });
  });
}

/** `sizes` elements from `starts` on, one number an axis. */
function slice(x: TracedValue, starts: readonly number[], sizes: readonly number[]): TracedValue {
  const axes = x.shape.map((_, i) => i).filter((i) => sizes[i] !== x.shape[i]);
  if (axes.length === 0) return x;
  if (x.uniform !== undefined) return TracedValue.filled(x.graph, sizes, x.dtype, x.uniform);
  return inLayout(x, sizes, (name, toLayout) =>
    x.graph.slice(
      name,
      axes.map(toLayout),
      axes.map((i) => starts[i]),
      axes.map((i) => starts[i] + sizes[i]),
    ),
  );
}

function split(x: TracedValue, sizes: readonly number[], axis: number): TracedValue[] {
  if (sizes.length === 1) return [x];
  const { graph } = x;
  const layout = x.rank === 4 ? commonLayout([x]) : 'plain';
  const attributes = { axis: axisIn(layout, axis) };
  const names = graph.multi('Split', [x.name(layout), graph.ints(sizes)], attributes, sizes.length);
  return names.map((name, k) => {
    const shape = x.shape.map((n, i) => (i === axis ? sizes[k] : n));
    return TracedValue.named(graph, shape, x.dtype, name, layout);
  });
}

function transpose(x: TracedValue, perm: readonly number[]): TracedValue {
  const { graph } = x;
  const shape = perm.map((axis) => x.shape[axis]);
  if (x.uniform !== undefined) return TracedValue.filled(graph, shape, x.dtype, x.uniform);
  // These two only rename a layout.
  if (sameShape(perm, TO_CHANNELS_FIRST))
    return TracedValue.named(graph, shape, x.dtype, x.name('channelsFirst'));
  if (sameShape(perm, TO_CHANNELS_LAST))
    return TracedValue.named(graph, shape, x.dtype, x.name(), 'channelsFirst');
  const moved = TracedValue.named(graph, shape, x.dtype, graph.transpose(x.name(), perm));
  if (x.rearranged && !x.rearranged.perm) moved.rearranged = { ...x.rearranged, perm };
  return moved;
}
