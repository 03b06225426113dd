/** tfjs functions traced into one ONNX graph each and run by onnxruntime. */
import type { Engine } from './compute.ts';
import { openSession } from './onnx/session.ts';
import { trace, variableInputs } from './trace/tracer.ts';

export interface OnnxEngineOptions {
  /** cpu (default), webgpu, cuda, coreml or dml. */
  readonly provider?: string | undefined;
  /** Threads inside one operation; 2 by default. */
  readonly threads?: number;
}

export function createOnnxEngine({ provider = 'cpu', threads = 2 }: OnnxEngineOptions = {}): Engine {
  return {
    name: 'onnx',
    provider,
    compile: async (fn, inputs, options = {}) => {
      const { ownThread = false, hosted = false } = options;
      // Elsewhere everything would have to come back from the device for each loop.
      const graph = trace(fn, inputs, { ...options, hosted: hosted && provider === 'cpu' });
      return openSession(graph, variableInputs(inputs, options), { provider, threads, ownThread });
    },
  };
}
