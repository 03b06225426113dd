/** An onnxruntime session over a graph. */
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { ForesightError } from '../../spec/errors.ts';
import type { DType, Executable, Specs, Value, Values } from '../compute.ts';
import { KeptValue } from '../kept.ts';
import type { Graph } from '../trace/graph.ts';
import { INPUT_PREFIX, OUTPUT_PREFIX } from '../trace/tracer.ts';
import { checkInputs } from '../inputs.ts';
import { openProgram, type Program } from './program.ts';
import { ensureBuiltIn, executionProviders, PROVIDER_NEEDS } from './providers.ts';
import { cutIntoStages, hasHostKernels } from './stages.ts';
import { openWorkerSession, type RawSession } from './worker-session.ts';
import { writeOnnx } from './writer.ts';

// Errors are thrown; logged as well they would be said twice.
env.logLevel = 'fatal';

export interface SessionOptions {
  /** One of `PROVIDERS`. */
  readonly provider: string;
  /** Threads inside one operation. */
  readonly threads: number;
  /** In a thread of its own. */
  readonly ownThread: boolean;
  /** Which outputs stay on the device; none when not given. */
  readonly kept?: ((output: string) => boolean) | undefined;
}

/** Builds the session. Throws a ForesightError when the provider is not there or refuses the graph. */
export async function openSession(graph: Graph, inputs: Specs, options: SessionOptions): Promise<Executable> {
  const { provider } = options;
  ensureBuiltIn(provider);
  // onnxruntime 1.30's webgpu dies (a segmentation fault) in any thread but the first; no other GPU provider was tried in
  // one. A GPU computes one program at a time anyway.
  const open = options.ownThread && provider === 'cpu' ? openWorkerSession : openHere;
  const session = await open(programOf(graph), {
    executionProviders: executionProviders(provider, graph),
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Costs nothing in time and saves four tenths of the memory of a training step.
    enableMemPattern: false,
    logSeverityLevel: 4,
    ...(options.kept ? { preferredOutputLocation: locations(graph, options.kept) } : {}),
  }).catch((cause: unknown) => {
    throw new ForesightError(
      `${graph.name}: onnxruntime could not build it for '${provider}': ${message(cause)}`,
      { cause, next: provider === 'cpu' ? 'foresight doctor' : PROVIDER_NEEDS[provider] },
    );
  });
  let isOpen = true;
  return {
    name: graph.name,
    inputs,
    run: async (values: Values) => {
      if (!isOpen) throw new ForesightError(`${graph.name}: was disposed and cannot run`);
      checkInputs(graph.name, inputs, values);
      const feeds = Object.entries(inputs).map(([key, { dtype, shape }]) => {
        const value = values[key];
        const given =
          value instanceof KeptValue ? { data: NOTHING, handle: value.handle } : { data: value.data };
        return [INPUT_PREFIX + key, { dtype, shape, ...given }] as const;
      });
      const results = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(
        Object.entries(results).map(([name, value]) => [name.slice(OUTPUT_PREFIX.length), value]),
      );
    },
    dispose: async () => {
      if (!isOpen) return;
      isOpen = false;
      await session.release();
    },
  };
}

/** One model; or several, with host kernels between them. */
function programOf(graph: Graph): Uint8Array | Program {
  if (!hasHostKernels(graph)) return writeOnnx(graph);
  const { models, ...rest } = cutIntoStages(graph);
  return { ...rest, models: models.map(writeOnnx), outputs: graph.outputs.map(({ name }) => name) };
}

/** A session of this thread. */
async function openHere(
  model: Uint8Array | Program,
  options: InferenceSession.SessionOptions,
): Promise<RawSession> {
  if (!(model instanceof Uint8Array)) return openProgram(model, options);
  const session = await InferenceSession.create(model, options);
  return {
    run: async (feeds) => {
      const tensors = Object.entries(feeds).map(([name, { dtype, data, shape, handle }]) => {
        return [name, (handle as Tensor | undefined) ?? new Tensor(dtype, data as never, shape)] as const;
      });
      const results = await session.run(Object.fromEntries(tensors));
      return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, valueOf(result)]));
    },
    release: () => session.release(),
  };
}

const NOTHING = new Float32Array(0);

function valueOf(result: Tensor): Value {
  const { dims, type, location } = result;
  if (location === 'cpu') return { shape: dims, data: result.data as Value['data'] };
  return new KeptValue(dims, type as DType, result, () => result.dispose());
}

/** Of every output, by the names that onnxruntime has for them. */
function locations(
  { outputs }: Graph,
  kept: (output: string) => boolean,
): Record<string, 'cpu' | 'gpu-buffer'> {
  return Object.fromEntries(
    outputs.map(({ name }) => [name, kept(name.slice(OUTPUT_PREFIX.length)) ? 'gpu-buffer' : 'cpu']),
  );
}

/** What onnxruntime says, without where in its sources it says so. */
function message(cause: unknown): string {
  const said = cause instanceof Error ? cause.message : String(cause);
  return said.replace(/^.* was false\. /s, '').trim();
}
