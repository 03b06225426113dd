/** An onnxruntime session over a graph: the only file that knows onnxruntime. */
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { ensure, ForesightError } from '../../spec/errors.ts';
import type { Executable, Specs, Value, Values } from '../compute.ts';
import type { Graph } from '../trace/graph.ts';
import { INPUT_PREFIX, OUTPUT_PREFIX } from '../trace/tracer.ts';
import { checkInputs } from '../inputs.ts';
import { writeOnnx } from './writer.ts';

export interface SessionOptions {
  /** onnxruntime's execution provider: cpu, cuda, webgpu, coreml, dml. What it lacks runs on the cpu. */
  readonly provider: string;
  /** Threads inside one operation. */
  readonly threads: number;
}

/** Builds the session. Throws a ForesightError when the provider is not there or refuses the graph. */
export async function openSession(graph: Graph, inputs: Specs, options: SessionOptions): Promise<Executable> {
  // onnxruntime itself would warn and carry on without.
  const present = listSupportedBackends().map((backend) => backend.name);
  ensure(
    present.includes(options.provider),
    `${graph.name}: onnxruntime here has no provider '${options.provider}'; there are ${present.join(', ')}`,
  );
  const session = await InferenceSession.create(writeOnnx(graph), {
    executionProviders: options.provider === 'cpu' ? ['cpu'] : [options.provider, 'cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Costs nothing in time and saves four tenths of the memory of a training step.
    enableMemPattern: false,
    // Errors are thrown; logged as well they would be said twice.
    logSeverityLevel: 4,
  }).catch((cause: unknown) => {
    throw new ForesightError(
      `${graph.name}: onnxruntime could not build it for '${options.provider}': ${message(cause)}`,
      { cause, next: 'foresight doctor, or the eager engine (--engine eager)' },
    );
  });
  let open = true;
  return {
    name: graph.name,
    inputs,
    run: async (values: Values) => {
      if (!open) throw new ForesightError(`${graph.name}: was disposed and cannot run`);
      checkInputs(graph.name, inputs, values);
      const feeds: Record<string, Tensor> = {};
      for (const [key, spec] of Object.entries(inputs)) {
        feeds[INPUT_PREFIX + key] = new Tensor(spec.dtype, values[key].data as never, spec.shape);
      }
      const results = await session.run(feeds);
      const outputs: Record<string, Value> = {};
      for (const [name, tensor] of Object.entries(results)) {
        outputs[name.slice(OUTPUT_PREFIX.length)] = {
          shape: tensor.dims,
          data: tensor.data as Value['data'],
        };
      }
      return outputs;
    },
    dispose: async () => {
      if (!open) return;
      open = false;
      await session.release();
    },
  };
}

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
