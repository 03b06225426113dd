/**
 * A tfjs backend that does not compute: its tensors are names in a graph, and its kernels append nodes. tfjs
 * dispatches on it like on any other backend, so its gradients work unchanged.
 */
import type { DataType, DataId, TensorInfo, BackendValues, KernelConfig } from '@tensorflow/tfjs';
import { ForesightError, ensure } from '../../spec/errors.ts';
import { tf } from '../tfjs.ts';
import type { GraphBuilder } from './graph.ts';
import type { KernelCall } from './kernel.ts';
import { kernels } from './kernels/index.ts';
import { insideTfjs, sourceLine } from './source-line.ts';
import { elementType, TracedValue } from './value.ts';

const BACKEND_NAME = 'foresight-trace';
const RANDOM = /^(random\w*_?|truncatedNormal_?|multinomial_?|dropout_?)$/;

interface Entry {
  readonly value: TracedValue;
  references: number;
}

class TraceBackend extends tf.KernelBackend {
  graph: GraphBuilder | undefined;
  readonly #entries = new Map<DataId, Entry>();

  /** Makes a traced value known to tfjs. */
  store(value: TracedValue): TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { value, references: 1 });
    const dtype = value.dtype === 'int64' ? 'int32' : value.dtype;
    return { dataId, shape: [...value.shape], dtype };
  }

  /** The traced value of a tensor. A tensor of another backend is baked in as a constant, and stays there. */
  value(tensor: TensorInfo): TracedValue {
    const entry = this.#entries.get(tensor.dataId);
    if (entry) return entry.value;
    const data = tf.engine().readSync(tensor.dataId) as ArrayLike<number>;
    return TracedValue.constant(this.building(), tensor.shape, elementType(tensor.dtype), data);
  }

  building(): GraphBuilder {
    ensure(this.graph !== undefined, 'trace: a traced tensor was used after its trace had ended');
    return this.graph;
  }

  /** Constants made inside the function. */
  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const value = TracedValue.constant(
      this.building(),
      shape,
      elementType(dtype),
      values as ArrayLike<number>,
    );
    if (value.uniform === undefined && insideTfjs(RANDOM)) {
      throw new ForesightError(
        `trace: random numbers drawn at ${sourceLine()} would be the same on every run; draw them outside and pass them as an input`,
      );
    }
    return this.store(value).dataId;
  }

  override readSync(_dataId: DataId): BackendValues {
    throw new ForesightError(
      `trace: a tensor's values are read at ${sourceLine()}, but they are not known while compiling; ` +
        `express it in tfjs operations (tf.where, tf.gather, ...) or pass it as an input`,
    );
  }

  override read(dataId: DataId): Promise<BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override numDataIds(): number {
    return this.#entries.size;
  }

  override refCount(dataId: DataId): number {
    return this.#entries.get(dataId)?.references ?? 0;
  }

  override incRef(dataId: DataId): void {
    const entry = this.#entries.get(dataId);
    if (entry) entry.references++;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const entry = this.#entries.get(dataId);
    if (!entry) return true;
    entry.references--;
    if (!force && entry.references > 0) return false;
    this.#entries.delete(dataId);
    return true;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }
}

let registered: TraceBackend | undefined;

/**
 * Makes the trace backend tfjs's current one while `body` runs, synchronously, then restores the former one,
 * also when `body` throws.
 */
export function whileTracing<T>(graph: GraphBuilder, body: (backend: TraceBackend) => T): T {
  const backend = (registered ??= register());
  ensure(backend.graph === undefined, 'trace: a traced function may not compile another');
  const former = tf.getBackend();
  backend.graph = graph;
  // Synchronous in effect: the factory is.
  void tf.setBackend(BACKEND_NAME);
  try {
    return body(backend);
  } finally {
    void tf.setBackend(former);
    backend.graph = undefined;
  }
}

/** Whether a program is being traced that leaves host kernels out. */
export function isHosting(): boolean {
  return registered?.graph?.hosts === true;
}

function register(): TraceBackend {
  const backend = new TraceBackend();
  tf.registerBackend(BACKEND_NAME, () => backend);
  const known = tf.getKernelsForBackend('cpu').map((config) => config.kernelName);
  for (const kernelName of new Set([...known, ...Object.keys(kernels)])) {
    tf.registerKernel({ kernelName, backendName: BACKEND_NAME, kernelFunc: dispatch(kernelName, backend) });
  }
  return backend;
}

/** What tfjs calls for one kernel: looks its inputs up, appends its nodes, stores what came out. */
function dispatch(kernel: string, backend: TraceBackend): KernelConfig['kernelFunc'] {
  return ({ inputs, attrs }) => {
    const trace = kernels[kernel];
    if (trace === undefined) {
      throw new ForesightError(
        `trace: tf kernel '${kernel}', used at ${sourceLine()}, cannot be compiled yet; write it with other tf ` +
          `operations, or add it to a family in src/compute/trace/kernels`,
        { next: 'use the eager engine, which runs every kernel that tfjs has' },
      );
    }
    const values: Record<string, TracedValue> = {};
    for (const [name, tensor] of Object.entries(inputs)) if (tensor) values[name] = backend.value(tensor);
    const call: KernelCall = {
      kernel,
      graph: backend.building(),
      inputs: values,
      list: Object.values(values),
      attrs: attrs ?? {},
    };
    const result = trace(call);
    return Array.isArray(result) ? result.map((value) => backend.store(value)) : backend.store(result);
  };
}
