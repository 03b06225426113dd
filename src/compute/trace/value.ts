/**
 * A value inside a trace. tfjs keeps pictures channels last ([B, h, w, C]); ONNX convolutions want channels
 * first ([B, C, h, w]). A traced value knows under which name it exists in which layout, and a transpose is
 * emitted only where a kernel asks for the one that is missing.
 */
import type { DataType } from '@tensorflow/tfjs';
import { ForesightError } from '../../spec/errors.ts';
import { elements, type ElementType, type GraphBuilder } from './graph.ts';

/** `plain` is the order of the tfjs shape; `channelsFirst` exists for four dimensions only. */
export type Layout = 'plain' | 'channelsFirst';

export class TracedValue {
  readonly graph: GraphBuilder;
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  /** The number that every element is, for constants like `tf.zeros` and `tf.scalar`. */
  readonly uniform: number | undefined;
  /** This value's `relu`, once computed: its sign is the gradient's mask. */
  relu: TracedValue | undefined;
  /** The channels-first picture that this value is a view of, for space-to-depth: see `kernels/blocks.ts`. */
  rearranged:
    | { readonly from: TracedValue; readonly shape: readonly number[]; readonly perm?: readonly number[] }
    | undefined;
  readonly #names = new Map<Layout, string>();

  private constructor(graph: GraphBuilder, shape: readonly number[], dtype: ElementType, uniform?: number) {
    this.graph = graph;
    this.shape = shape;
    this.dtype = dtype;
    this.uniform = uniform;
  }

  static named(
    graph: GraphBuilder,
    shape: readonly number[],
    dtype: ElementType,
    name: string,
    layout: Layout = 'plain',
  ): TracedValue {
    const value = new TracedValue(graph, shape, dtype);
    value.#names.set(layout, name);
    graph.describe({ name, type: dtype, shape: layout === 'plain' ? shape : channelsFirstShape(shape) });
    return value;
  }

  static filled(
    graph: GraphBuilder,
    shape: readonly number[],
    dtype: ElementType,
    fill: number,
  ): TracedValue {
    return new TracedValue(graph, shape, dtype, fill);
  }

  static constant(
    graph: GraphBuilder,
    shape: readonly number[],
    dtype: ElementType,
    data: ArrayLike<number>,
  ): TracedValue {
    if (data.length > 0 && isUniform(data)) return TracedValue.filled(graph, shape, dtype, data[0]);
    return TracedValue.named(graph, shape, dtype, graph.constant(dtype, shape, elements(dtype, data)));
  }

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return this.shape.reduce((product, n) => product * n, 1);
  }

  /** Whether asking for this layout moves no data. */
  has(layout: Layout): boolean {
    if (this.uniform !== undefined || this.#names.has(layout)) return true;
    return this.rank === 4 && sameMemory(this.shape);
  }

  /** The value's name in a layout; converts on demand, once. */
  name(layout: Layout = 'plain'): string {
    const known = this.#names.get(layout);
    if (known !== undefined) return known;
    const name = this.#convert(layout);
    this.#names.set(layout, name);
    const shape = layout === 'plain' ? this.shape : channelsFirstShape(this.shape);
    this.graph.describe({ name, type: this.dtype, shape });
    return name;
  }

  #convert(layout: Layout): string {
    if (layout === 'channelsFirst' && this.rank !== 4) {
      throw new ForesightError(
        `trace: a value of shape [${this.shape.join(', ')}] has no channels-first layout`,
      );
    }
    const shape = layout === 'plain' ? this.shape : channelsFirstShape(this.shape);
    if (this.uniform !== undefined) {
      const fill = this.graph.scalar(this.dtype, this.uniform);
      return shape.length === 0 ? fill : this.graph.node('Expand', [fill, this.graph.ints(shape)]);
    }
    const other = this.name(layout === 'plain' ? 'channelsFirst' : 'plain');
    if (sameMemory(this.shape)) return this.graph.reshape(other, shape);
    return this.graph.transpose(other, layout === 'plain' ? TO_CHANNELS_LAST : TO_CHANNELS_FIRST);
  }
}

export const TO_CHANNELS_FIRST: readonly number[] = [0, 3, 1, 2];
export const TO_CHANNELS_LAST: readonly number[] = [0, 2, 3, 1];

/** [B, h, w, C] to [B, C, h, w]. */
export function channelsFirstShape(shape: readonly number[]): number[] {
  return TO_CHANNELS_FIRST.map((axis) => shape[axis]);
}

/** Where an axis of the tfjs shape lies in the layout. */
export function axisIn(layout: Layout, axis: number): number {
  return layout === 'plain' ? axis : TO_CHANNELS_FIRST.indexOf(axis);
}

/** A list with one entry per axis of the tfjs shape, in the layout's order. */
export function perAxis<T>(layout: Layout, entries: readonly T[]): T[] {
  return layout === 'plain' ? [...entries] : TO_CHANNELS_FIRST.map((axis) => entries[axis]);
}

/**
 * The layout in which these values can be combined with the least work, channels first at a draw: transposes,
 * and broadcasting (`shape` is its result), which is slow where only few numbers in a row are treated alike.
 */
export function commonLayout(values: readonly TracedValue[], shape?: readonly number[]): Layout {
  const work = (layout: Layout): number => {
    const missing = values.filter((value) => value.rank === 4 && !value.has(layout));
    const transposing = missing.reduce((sum, value) => sum + value.size, 0);
    const scattered = shape !== undefined && alikeInARow(values, shape, layout) < SHORT_ROW;
    return transposing + (scattered ? BROADCAST_WORK * shape.reduce((product, n) => product * n, 1) : 0);
  };
  const plain = work('plain');
  return plain > 0 && work('channelsFirst') <= plain ? 'channelsFirst' : 'plain';
}

/** Rows shorter than this leave onnxruntime's loops mostly overhead: about three times a transpose's work. */
const SHORT_ROW = 16;
const BROADCAST_WORK = 3;

/** How many consecutive numbers of the result every operand either varies with or repeats. */
function alikeInARow(values: readonly TracedValue[], shape: readonly number[], layout: Layout): number {
  const operands = values
    .filter((value) => value.size > 1 && value.uniform === undefined)
    .map((value) => [...Array<number>(4 - value.rank).fill(1), ...value.shape]);
  let row = 1;
  let pattern: string | undefined;
  for (const axis of perAxis(layout, [0, 1, 2, 3]).reverse()) {
    if (shape[axis] === 1) continue;
    const varies = operands.map((operand) => operand[axis] > 1).join();
    if (pattern !== undefined && varies !== pattern) return row;
    pattern = varies;
    row *= shape[axis];
  }
  return Infinity;
}

/** The ONNX type that stands for a tfjs type. */
export function elementType(dtype: DataType): ElementType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new ForesightError(`trace: tensors of type ${dtype} cannot be compiled; use float32, int32 or bool`);
}

/** One channel, or one pixel: both layouts order the memory alike. */
function sameMemory(shape: readonly number[]): boolean {
  return shape[3] === 1 || shape[1] * shape[2] === 1;
}

function isUniform(data: ArrayLike<number>): boolean {
  for (let i = 1; i < data.length; i++) if (data[i] !== data[0]) return false;
  return true;
}
