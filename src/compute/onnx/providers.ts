/**
 * onnxruntime's execution providers: which there are, what each needs, and how a session asks for one. Everything that
 * is known about one provider alone is said here.
 */
import { listSupportedBackends, type InferenceSession } from 'onnxruntime-node';
import { ForesightError } from '../../spec/errors.ts';
import type { Graph } from '../trace/graph.ts';
import { nodeName } from './writer.ts';

/** By name; `cpu` is always there. */
export const PROVIDERS = ['cpu', 'webgpu', 'cuda', 'coreml', 'dml'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Not a provider: the quickest of those that work here. */
export const AUTO = 'auto';

/** What a person has to do before the provider works. */
export const PROVIDER_NEEDS: Readonly<Record<Provider, string>> = {
  cpu: 'npm ci',
  webgpu:
    "install the graphics card's driver, and on Linux the Vulkan loader (Debian: apt install libvulkan1); onnxruntime-node has the rest",
  // Its install script is off in .npmrc and allowScripts, since it fails without that host; the script itself is there.
  cuda: 'on Linux x64 with CUDA 12 and cuDNN 9: ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js',
  coreml: 'needs macOS; onnxruntime-node for it has this provider inside',
  dml: 'needs Windows with DirectX 12; onnxruntime-node for it has this provider inside',
};

/** The providers that onnxruntime was built with for this platform; whether one works, only a session tells. */
export function builtInProviders(): readonly Provider[] {
  const names = listSupportedBackends().map(({ name }) => name);
  return PROVIDERS.filter((provider) => names.includes(provider));
}

/** Throws a ForesightError that names the provider and what to do, where onnxruntime was built without it. */
export function ensureBuiltIn(provider: string): asserts provider is Provider {
  const builtIn = builtInProviders();
  if (builtIn.some((name) => name === provider)) return;
  const known = PROVIDERS.find((name) => name === provider);
  // onnxruntime itself would warn and carry on without.
  throw new ForesightError(
    `onnxruntime here has no provider '${provider}'; there are ${builtIn.join(', ')}`,
    known === undefined ? {} : { next: PROVIDER_NEEDS[known] },
  );
}

/** WGSL promises sin and cos to 2^-11 only (https://www.w3.org/TR/WGSL/#floating-point-accuracy). */
const IMPRECISE_IN_WGSL = ['Sin', 'Cos'];

/**
 * Whether results can stay on its device. onnxruntime-node 1.30 keeps them in WebGPU's buffers; whether it can in others'
 * nobody has tried.
 */
export function keepsResults(provider: string): boolean {
  return provider === 'webgpu';
}

/** The session's `executionProviders`. What a provider lacks runs on the cpu. */
export function executionProviders(
  provider: Provider,
  graph: Graph,
): InferenceSession.ExecutionProviderConfig[] {
  if (provider === 'cpu') return ['cpu'];
  if (provider !== 'webgpu') return [provider, 'cpu'];
  const exact = graph.nodes.flatMap(({ op }, i) => (IMPRECISE_IN_WGSL.includes(op) ? [nodeName(op, i)] : []));
  return [
    {
      name: 'webgpu',
      // Channels last, its own choice in Node, computes wrong convolutions (onnxruntime 1.30: kernels larger than 1x1, more
      // than 4 channels in that are no multiple of 4, a multiple of 4 out). The tracer keeps pictures channels first.
      preferredLayout: 'NCHW',
      // They are of a few angles, whose error the gradients of a rotation multiply a hundredfold.
      ...(exact.length > 0 ? { forceCpuNodeNames: exact } : {}),
    },
    'cpu',
  ];
}
