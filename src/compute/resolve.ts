/** A choice of engine made definite: which provider it comes to on this machine, and whether that works. */
import type { EngineChoice } from './choice.ts';
import { AUTO } from './onnx/providers.ts';
import { tryProviders, tryProvider, type ProviderTrial } from './quickest.ts';
import { createEngine } from './registry.ts';

export interface ResolvedEngine {
  /** Never `auto`. */
  readonly choice: EngineChoice & { readonly provider: string };
  /** Why, where there was something to choose from: ': webgpu 1.2 ms a probe, cpu 8.0 ms a probe'; else empty. */
  readonly because: string;
}

/** Throws a ForesightError with what to install when the engine or its provider does not work here. */
export async function resolveEngine(
  { engine, provider }: EngineChoice,
  threads: number,
): Promise<ResolvedEngine> {
  if (engine === 'onnx' && provider === AUTO) {
    const trials = await tryProviders(threads);
    return {
      choice: { engine, provider: trials[0].provider },
      because: `: ${trials.map(describe).join(', ')}`,
    };
  }
  const { provider: found } = await createEngine(engine, { provider, threads });
  if (engine === 'onnx') await tryProvider(found, threads);
  return { choice: { engine, provider: found }, because: '' };
}

function describe({ provider, ms }: ProviderTrial): string {
  return ms === undefined ? `${provider} does not work here` : `${provider} ${ms.toFixed(1)} ms a probe`;
}
