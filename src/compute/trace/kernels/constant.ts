/** Constants and conversions. */
import type { CastAttrs, FillAttrs, LinSpaceAttrs, OneHotAttrs, RangeAttrs } from '@tensorflow/tfjs';
import { ensure } from '../../../spec/errors.ts';
import { tf } from '../../tfjs.ts';
import { castTo, type Kernels } from '../kernel.ts';
import { elementType, TracedValue } from '../value.ts';
import { sourceLine } from '../source-line.ts';

export const constantKernels: Kernels = {
  Cast: ({ inputs: { x }, attrs }) => castTo(x, elementType((attrs as CastAttrs).dtype)),
  Fill: ({ graph, attrs }) => {
    const { shape, value, dtype } = attrs as FillAttrs;
    const type = dtype === undefined ? 'float32' : elementType(dtype);
    return TracedValue.filled(graph, shape, type, Number(value));
  },
  LinSpace: ({ graph, attrs }) => {
    const { start, stop, num } = attrs as LinSpaceAttrs;
    const data = Array.from({ length: num }, (_, i) =>
      num === 1 ? start : start + ((stop - start) * i) / (num - 1),
    );
    return TracedValue.constant(graph, [num], 'float32', data);
  },
  Multinomial: () => {
    ensure(false, `trace: random numbers drawn at ${sourceLine()} cannot be compiled; pass them as an input`);
  },
  OneHot: ({ graph, inputs: { indices }, attrs }) => {
    const { depth, onValue, offValue, dtype } = attrs as OneHotAttrs;
    const type = dtype === undefined ? 'int32' : elementType(dtype);
    const values = graph.constant('float32', [2], Float32Array.of(offValue, onValue));
    const hot = graph.node('OneHot', [indices.name(), graph.scalar('int32', depth), values]);
    return castTo(TracedValue.named(graph, [...indices.shape, depth], 'float32', hot), type);
  },
  OnesLike: ({ graph, inputs: { x } }) => TracedValue.filled(graph, x.shape, x.dtype, 1),
  Range: ({ graph, attrs }) => {
    const { start, stop, step, dtype } = attrs as RangeAttrs;
    const count = Math.max(0, Math.ceil((stop - start) / step));
    const data = tf.util.makeZerosTypedArray(count, dtype).map((_, i) => start + i * step);
    return TracedValue.constant(graph, [count], elementType(dtype), data);
  },
  ZerosLike: ({ graph, inputs: { x } }) => TracedValue.filled(graph, x.shape, x.dtype, 0),
};
