/** tfjs functions traced into one ONNX graph each and run by onnxruntime. */
import type { Engine, Executable } from './compute.ts';
import { KeptValue } from './kept.ts';
import { keepsResults } from './onnx/providers.ts';
import { openSession } from './onnx/session.ts';
import { trace, variableInputs } from './trace/tracer.ts';

export interface OnnxEngineOptions {
  /** cpu (default), webgpu, cuda, coreml or dml. */
  readonly provider?: string | undefined;
  /** Threads inside one operation; 2 by default. */
  readonly threads?: number;
}

export function createOnnxEngine({ provider = 'cpu', threads = 2 }: OnnxEngineOptions = {}): Engine {
  /** Programs that do nothing but answer here with what they are given there. */
  const copies = new Map<string, Promise<Executable>>();
  return {
    name: 'onnx',
    provider,
    compile: async (fn, inputs, options = {}) => {
      const { ownThread = false, hosted = false } = options;
      // Elsewhere everything would have to come back from the device for each loop.
      const graph = trace(fn, inputs, { ...options, hosted: hosted && provider === 'cpu' });
      const kept = keepsResults(provider) ? options.kept : undefined;
      return openSession(graph, variableInputs(inputs, options), { provider, threads, ownThread, kept });
    },
    async fetch(values) {
      const kept = Object.entries(values).flatMap(([name, value]) =>
        value instanceof KeptValue ? [[name, value] as const] : [],
      );
      if (kept.length === 0) return values;
      const specs = Object.fromEntries(kept.map(([name, { shape, dtype }]) => [name, { shape, dtype }]));
      const key = JSON.stringify(specs);
      const copy = copies.get(key) ?? this.compile((inputs) => inputs, specs, { name: 'fetch' });
      copies.set(key, copy);
      return { ...values, ...(await (await copy).run(Object.fromEntries(kept))) };
    },
  };
}
