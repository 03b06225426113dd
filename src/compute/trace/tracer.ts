/** From a tfjs function to a graph: runs the function once on names instead of numbers. */
import type { Tensor } from '@tensorflow/tfjs';
import { ensure } from '../../spec/errors.ts';
import type { CompileOptions, DType, Specs, TensorFunction } from '../compute.ts';
import { tf } from '../tfjs.ts';
import { whileTracing } from './backend.ts';
import { GraphBuilder, type Graph } from './graph.ts';
import { castTo } from './kernel.ts';
import { optimise } from './optimise.ts';
import { TracedValue } from './value.ts';

/** Inputs and outputs may share names (weights in, weights out); in the graph they carry these prefixes. */
export const INPUT_PREFIX = 'in/';
export const OUTPUT_PREFIX = 'out/';

/**
 * The graph of `fn`, gradients included. Synchronous; tfjs's own backend is as before afterwards, also when it
 * throws.
 *
 * @param inputs what varies from run to run; entries also named in `options.constants` are baked in
 * @throws ForesightError naming the line of the model when it reads a value or uses an unknown kernel
 */
export function trace(fn: TensorFunction, inputs: Specs, options: CompileOptions = {}): Graph {
  const builder = new GraphBuilder(options.hosted === undefined ? {} : { hosts: options.hosted });
  const name = options.name ?? (fn.name || 'program');
  whileTracing(builder, (backend) => {
    const tensor = (value: TracedValue): Tensor =>
      tf.engine().makeTensorFromTensorInfo(backend.store(value), backend);
    tf.tidy(() => {
      const tensors: Record<string, Tensor> = {};
      for (const [key, spec] of Object.entries(variableInputs(inputs, options))) {
        const graphInput = { name: INPUT_PREFIX + key, type: spec.dtype, shape: spec.shape };
        builder.input(graphInput);
        tensors[key] = tensor(TracedValue.named(builder, spec.shape, spec.dtype, graphInput.name));
      }
      for (const [key, { shape, data }] of Object.entries(options.constants ?? {})) {
        const dtype: DType = data instanceof Int32Array ? 'int32' : 'float32';
        tensors[key] = tensor(TracedValue.constant(builder, shape, dtype, data));
      }
      const results = fn(tensors);
      for (const key of options.outputs ?? Object.keys(results)) {
        ensure(
          results[key] !== undefined,
          `${name}: no output '${key}' among ${Object.keys(results).join(', ')}`,
        );
        const value = backend.value(results[key]);
        const type: DType = value.dtype === 'float32' ? 'float32' : 'int32';
        const output = { name: OUTPUT_PREFIX + key, type, shape: value.shape };
        builder.output(castTo(value, type).name(), output);
      }
    });
  });
  const { inputs: graphInputs, outputs, nodes, initializers, values } = builder;
  return optimise({ name, inputs: graphInputs, outputs, nodes, initializers, values });
}

/** The inputs that are left for each run, once constants are baked in. */
export function variableInputs(inputs: Specs, options: CompileOptions): Specs {
  const baked = options.constants ?? {};
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !(key in baked)));
}
