/** What a traced kernel is: it receives traced values and tfjs attributes, and appends nodes to the graph. */
import { ensure } from '../../spec/errors.ts';
import { axisIn, commonLayout, TracedValue, type Layout } from './value.ts';
import type { ElementType, GraphBuilder } from './graph.ts';

export interface KernelCall {
  /** The tfjs name of the kernel. */
  readonly kernel: string;
  readonly graph: GraphBuilder;
  /** By tfjs name; `list` holds the same in order, for kernels of many inputs. */
  readonly inputs: Readonly<Record<string, TracedValue>>;
  readonly list: readonly TracedValue[];
  /** The attributes that tfjs declares for the kernel, for example `ConcatAttrs`. */
  readonly attrs: object;
}

export type TraceKernel = (call: KernelCall) => TracedValue | TracedValue[];
export type Kernels = Readonly<Record<string, TraceKernel>>;

/** NumPy broadcasting of shapes. */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((s) => s[axis - rank + s.length] ?? 1);
    const size = sizes.find((n) => n !== 1) ?? 1;
    ensure(
      sizes.every((n) => n === 1 || n === size),
      `trace: shapes ${shapes.map((s) => `[${s.join(', ')}]`).join(' and ')} do not broadcast`,
    );
    return size;
  });
}

/**
 * An elementwise operation: brings its operands into one layout, broadcasting as NumPy does, and names the
 * result in that layout. `emit` receives one name an operand.
 */
export function elementwise(
  graph: GraphBuilder,
  operands: readonly TracedValue[],
  dtype: ElementType,
  emit: (names: readonly string[]) => string,
): TracedValue {
  const shape = broadcastShape(operands.map((o) => o.shape));
  const layout = shape.length === 4 ? commonLayout(operands, shape) : 'plain';
  // A uniform constant may stand as a scalar where the other operands already have the result's shape.
  const others = operands.filter((o) => o.uniform === undefined);
  const scalarsDo = others.length > 0 && sameShape(broadcastShape(others.map((o) => o.shape)), shape);
  const ones = layout === 'plain' ? trailingOnes(shape, operands) : 0;
  const names = operands.map((o) =>
    o.uniform !== undefined && scalarsDo
      ? graph.scalar(o.dtype, o.uniform)
      : operandName(withoutTrailing(o, ones), layout),
  );
  if (ones === 0) return TracedValue.named(graph, shape, dtype, emit(names), layout);
  return TracedValue.named(graph, shape, dtype, graph.reshape(emit(names), shape), layout);
}

/**
 * How many axes of length 1 the result ends in, where operands differ: onnxruntime's broadcasting takes such an
 * axis for its inner loop and does one number at a time, some twenty times slower.
 */
function trailingOnes(shape: readonly number[], operands: readonly TracedValue[]): number {
  if (operands.length < 2 || operands.every((o) => o.uniform === undefined && sameShape(o.shape, shape)))
    return 0;
  const last = shape.findLastIndex((n) => n !== 1);
  return last < 0 ? 0 : shape.length - 1 - last;
}

function withoutTrailing(value: TracedValue, ones: number): TracedValue {
  return ones === 0 ? value : reshaped(value, value.shape.slice(0, Math.max(0, value.rank - ones)));
}

/** An operand's name, broadcastable in the layout: [C] becomes [1, C, 1, 1] channels first. */
function operandName(operand: TracedValue, layout: Layout): string {
  if (layout === 'plain' || operand.rank === 4) return operand.name(layout);
  if (operand.size === 1) return operand.name();
  return reshaped(operand, [...Array<number>(4 - operand.rank).fill(1), ...operand.shape]).name(layout);
}

/** The same numbers in the same order, under another shape. */
export function reshaped(value: TracedValue, shape: readonly number[]): TracedValue {
  if (sameShape(value.shape, shape)) return value;
  if (value.uniform !== undefined) return TracedValue.filled(value.graph, shape, value.dtype, value.uniform);
  return TracedValue.named(value.graph, shape, value.dtype, value.graph.reshape(value.name(), shape));
}

/** The value as another type. */
export function castTo(value: TracedValue, dtype: ElementType): TracedValue {
  if (value.dtype === dtype) return value;
  if (value.uniform !== undefined) {
    const fill =
      dtype === 'bool'
        ? Number(value.uniform !== 0)
        : dtype === 'float32'
          ? value.uniform
          : Math.trunc(value.uniform);
    return TracedValue.filled(value.graph, value.shape, dtype, fill);
  }
  return elementwise(value.graph, [value], dtype, ([x]) => value.graph.cast(x, dtype));
}

/** A result that keeps the operand's layout: resolves the layout, its axes, and names what `emit` makes. */
export function inLayout(
  value: TracedValue,
  shape: readonly number[],
  emit: (name: string, axis: (axis: number) => number, layout: Layout) => string,
): TracedValue {
  const layout = value.rank === 4 ? commonLayout([value]) : 'plain';
  const name = emit(value.name(layout), (axis) => axisIn(layout, axis), layout);
  return TracedValue.named(value.graph, shape, value.dtype, name, layout);
}

/** Axes counted from the end become counted from the front; nothing means all of them. */
export function normalAxes(axis: number | readonly number[] | null | undefined, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  const axes = typeof axis === 'number' ? [axis] : axis;
  return axes.map((a) => (a < 0 ? a + rank : a));
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}
