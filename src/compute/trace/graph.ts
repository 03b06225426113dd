/**
 * A dataflow graph of ONNX nodes (opset 18), and the builder that the traced kernels append to. Equal nodes are
 * made once (common-subexpression elimination as in Cocke 1970, by hashing each node when it is appended).
 */
import { ensure } from '../../spec/errors.ts';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';

/** A typed, shaped name: an input or output of a graph. */
export interface GraphValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** A constant; `data` is little-endian, bools are one byte each. */
export interface Initializer extends GraphValue {
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** A whole number, a string or whole numbers; a float has to say so. */
export type AttributeValue = number | string | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
  /** Types and shapes of what is known of the values between its nodes, by name. */
  readonly values: ReadonlyMap<string, GraphValue>;
}

/** Initializers up to this many elements are compared by content, so that equal constants are stored once. */
const SHARED_CONSTANT_SIZE = 4096;

export class GraphBuilder {
  readonly inputs: GraphValue[] = [];
  readonly outputs: GraphValue[] = [];
  readonly nodes: GraphNode[] = [];
  readonly initializers: Initializer[] = [];
  readonly values = new Map<string, GraphValue>();
  /** Whether host kernels stay out of it: see `compute/host`. */
  readonly hosts: boolean;
  readonly #emitted = new Map<string, readonly string[]>();
  readonly #constants = new Map<string, string>();
  #count = 0;

  constructor({ hosts = false }: { readonly hosts?: boolean } = {}) {
    this.hosts = hosts;
  }

  /** Appends a node with one output and returns its name; an equal node's, where there is one. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.multi(op, inputs, attributes, 1)[0];
  }

  /** Appends a node with `count` outputs. */
  multi(op: string, inputs: readonly string[], attributes: Attributes, count: number): readonly string[] {
    const key = JSON.stringify([op, inputs, attributes, count]);
    const known = this.#emitted.get(key);
    if (known) return known;
    const outputs = Array.from({ length: count }, () => this.#fresh());
    this.nodes.push({ op, inputs, outputs, attributes });
    this.#emitted.set(key, outputs);
    return outputs;
  }

  constant(type: ElementType, shape: readonly number[], data: Initializer['data']): string {
    const key =
      data.length <= SHARED_CONSTANT_SIZE ? `${type}[${shape.join(',')}]${data.join(',')}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.#fresh();
    this.initializers.push({ name, type, shape, data });
    if (key !== undefined) this.#constants.set(key, name);
    return name;
  }

  /** A one-dimensional int64 constant: shapes, axes, pads. */
  ints(values: readonly number[]): string {
    return this.constant('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  scalar(type: ElementType, value: number): string {
    return this.constant(type, [], elements(type, [value]));
  }

  reshape(name: string, shape: readonly number[]): string {
    // allowzero: a dimension of 0 means 0 elements, as in tfjs, not "keep".
    return this.node('Reshape', [name, this.ints(shape)], shape.includes(0) ? { allowzero: 1 } : {});
  }

  transpose(name: string, perm: readonly number[]): string {
    return perm.every((from, to) => from === to) ? name : this.node('Transpose', [name], { perm });
  }

  cast(name: string, to: ElementType): string {
    return this.node('Cast', [name], { to: ELEMENT_TYPE_CODES[to] });
  }

  /** The elements [start, end) of every `step`-th index along the given axes. */
  slice(
    name: string,
    axes: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
    steps: readonly number[] = axes.map(() => 1),
  ): string {
    return this.node('Slice', [name, ...[starts, ends, axes, steps].map((list) => this.ints(list))]);
  }

  /** Says what a name stands for. */
  describe(value: GraphValue): void {
    this.values.set(value.name, value);
  }

  input(value: GraphValue): void {
    this.inputs.push(value);
  }

  /** Declares `name` to be the graph's output `value.name`. */
  output(name: string, value: GraphValue): void {
    ensure(!this.outputs.some((o) => o.name === value.name), `graph: output '${value.name}' declared twice`);
    this.nodes.push({ op: 'Identity', inputs: [name], outputs: [value.name], attributes: {} });
    this.outputs.push(value);
  }

  #fresh(): string {
    return `v${this.#count++}`;
  }
}

/** TensorProto.DataType of ONNX. */
export const ELEMENT_TYPE_CODES: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
};

/** Numbers in the storage that an initializer of this type has. */
export function elements(type: ElementType, values: ArrayLike<number>): Initializer['data'] {
  switch (type) {
    case 'float32':
      return Float32Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'int64':
      return BigInt64Array.from(Array.from(values, (v) => BigInt(v)));
    case 'bool':
      return Uint8Array.from(values, (v) => (v === 0 ? 0 : 1));
  }
}
