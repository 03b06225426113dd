/** tfjs functions run as they are, kernel by kernel, on a tfjs backend: for hardware and ops ONNX lacks. */
import type { Tensor } from '@tensorflow/tfjs';
import { ForesightError, ensure } from '../spec/errors.ts';
import type { CompileOptions, Engine, Executable, Specs, TensorFunction, Value, Values } from './compute.ts';
import { checkInputs } from './inputs.ts';
import { loadBackendPackage, tf } from './tfjs.ts';
import { variableInputs } from './trace/tracer.ts';

export interface EagerEngineOptions {
  /** A tfjs backend: one of `EAGER_BACKENDS`, or one registered elsewhere. */
  readonly backend?: string | undefined;
}

/** Backends, and the packages that register each, best first. `cpu` comes with tfjs itself. */
export const EAGER_BACKENDS: Readonly<Record<string, readonly string[]>> = {
  tensorflow: ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'],
  wasm: ['@tensorflow/tfjs-backend-wasm'],
  cpu: [],
};

/** Taken when none is named, best first. Not wasm: it cannot train (it has no gradient of a convolution's filter). */
const BY_ITSELF = ['tensorflow', 'cpu'];

/** An engine on `backend`; on the fastest that is installed when none is named. */
export async function createEagerEngine({ backend }: EagerEngineOptions = {}): Promise<Engine> {
  const provider = backend === undefined ? await firstInstalled() : await installed(backend);
  return {
    name: 'eager',
    provider,
    compile: async (fn, inputs, options = {}) => executable(provider, fn, inputs, options),
    fetch: async (values) => values,
  };
}

async function firstInstalled(): Promise<string> {
  for (const backend of BY_ITSELF) if (await isInstalled(backend)) return backend;
  return 'cpu';
}

async function installed(backend: string): Promise<string> {
  if (await isInstalled(backend)) return backend;
  const packages = EAGER_BACKENDS[backend] ?? [];
  throw new ForesightError(`eager engine: tfjs backend '${backend}' is not installed`, {
    next:
      packages.length > 0
        ? `npm install ${packages.join(', or npm install ')}`
        : `use one of: ${Object.keys(EAGER_BACKENDS).join(', ')}`,
  });
}

/** Whether a backend is registered and ready, after loading what brings it along. */
async function isInstalled(backend: string): Promise<boolean> {
  if (tf.findBackend(backend) !== null) return true;
  for (const name of EAGER_BACKENDS[backend] ?? []) {
    if (await loadBackendPackage(name, backend)) return true;
  }
  return false;
}

function executable(backend: string, fn: TensorFunction, specs: Specs, options: CompileOptions): Executable {
  const inputs = variableInputs(specs, options);
  const name = options.name ?? (fn.name || 'program');
  const constants = onBackend(backend, () => tensors(options.constants ?? {}));
  let open = true;
  return {
    name,
    inputs,
    run: async (values) => {
      ensure(open, `${name}: was disposed and cannot run`);
      checkInputs(name, inputs, values);
      return onBackend(backend, () => {
        let outputs: Record<string, Value> = {};
        tf.tidy(() => {
          outputs = read(name, fn({ ...tensors(values), ...constants }), options);
        });
        return outputs;
      });
    },
    dispose: async () => {
      if (open) tf.dispose(constants);
      open = false;
    },
  };
}

/** Runs `body` with the backend current, synchronously, and restores the former one. */
function onBackend<T>(backend: string, body: () => T): T {
  const former = tf.getBackend();
  void tf.setBackend(backend);
  try {
    return body();
  } finally {
    void tf.setBackend(former);
  }
}

function tensors(values: Values): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(values).map(([key, { shape, data }]) => {
      return [key, tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32')];
    }),
  );
}

function read(
  name: string,
  results: Readonly<Record<string, Tensor>>,
  options: CompileOptions,
): Record<string, Value> {
  const outputs: Record<string, Value> = {};
  for (const key of options.outputs ?? Object.keys(results)) {
    const result = results[key];
    ensure(result !== undefined, `${name}: no output '${key}' among ${Object.keys(results).join(', ')}`);
    const data = result.dataSync();
    // Copied: on the cpu backend dataSync hands out the tensor's own memory.
    const copy = result.dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data);
    outputs[key] = { shape: result.shape, data: copy };
  }
  return outputs;
}
