import { expect, describe, it } from 'vitest';
import {
  builtInProviders,
  ensureBuiltIn,
  executionProviders,
  PROVIDERS,
  PROVIDER_NEEDS,
} from '../../src/compute/onnx/providers.ts';
import { writeOnnx } from '../../src/compute/onnx/writer.ts';
import { tryProviders } from '../../src/compute/quickest.ts';
import { resolveEngine } from '../../src/compute/resolve.ts';
import type { Graph, GraphNode } from '../../src/compute/trace/graph.ts';

const node = (op: string): GraphNode => ({ op, inputs: ['x'], outputs: [op], attributes: {} });
const graph: Graph = {
  name: 'wave',
  inputs: [{ name: 'x', type: 'float32', shape: [1] }],
  outputs: [],
  nodes: [node('Neg'), node('Sin'), node('Cos')],
  initializers: [],
  values: new Map(),
};

describe('what a session is asked for', () => {
  it('the cpu alone, or a provider with the cpu for what it lacks', () => {
    expect(executionProviders('cpu', graph)).toEqual(['cpu']);
    expect(executionProviders('cuda', graph)).toEqual(['cuda', 'cpu']);
  });

  it('of webgpu channels first, and angles where they are exact, by the names that the model gives', () => {
    const [webgpu, cpu] = executionProviders('webgpu', graph);
    expect(webgpu).toEqual({
      name: 'webgpu',
      preferredLayout: 'NCHW',
      forceCpuNodeNames: ['Sin_1', 'Cos_2'],
    });
    expect(cpu).toBe('cpu');
    const model = new TextDecoder('latin1').decode(writeOnnx(graph));
    for (const name of ['Sin_1', 'Cos_2']) expect(model).toContain(name);
    // An empty list is an error to onnxruntime.
    const [plain] = executionProviders('webgpu', { ...graph, nodes: [node('Neg')] });
    expect(plain).toEqual({ name: 'webgpu', preferredLayout: 'NCHW' });
  });
});

it('a provider that this onnxruntime lacks is named, with what to do', () => {
  const lacking = PROVIDERS.find((provider) => !builtInProviders().includes(provider))!;
  expect(() => ensureBuiltIn(lacking)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(`no provider '${lacking}'; there are cpu`) as string,
      next: PROVIDER_NEEDS[lacking],
    }),
  );
});

describe('a choice made definite', () => {
  it('auto tries every provider there is, and takes the first that works', async () => {
    const trials = await tryProviders(2);
    expect(trials.map(({ provider }) => provider).sort()).toEqual([...builtInProviders()].sort());
    expect(trials.find(({ provider }) => provider === 'cpu')!.ms).toBeGreaterThan(0);
    for (const { ms, error } of trials) expect(ms === undefined).toBe(error !== undefined);
    const { choice, because } = await resolveEngine({ engine: 'onnx', provider: 'auto' }, 2);
    expect(trials.find(({ provider }) => provider === choice.provider)!.error).toBeUndefined();
    expect(because).toMatch(/cpu \d+\.\d ms a probe/);
  });

  it('a named one stays what it is; eager takes what is installed', async () => {
    const named = await resolveEngine({ engine: 'eager', provider: 'cpu' }, 2);
    expect(named).toEqual({ choice: { engine: 'eager', provider: 'cpu' }, because: '' });
    const { choice } = await resolveEngine({ engine: 'eager' }, 2);
    expect(choice.provider).toMatch(/^(tensorflow|cpu)$/);
    await expect(resolveEngine({ engine: 'eager', provider: 'abacus' }, 2)).rejects.toThrow('not installed');
  });
});
