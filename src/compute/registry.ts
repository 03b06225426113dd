/** Engines by name. */
import { ForesightError } from '../spec/errors.ts';
import { DEFAULT_ENGINE, ENGINE_NAMES, type EngineChoice, type EngineName } from './choice.ts';
import type { Engine } from './compute.ts';
import { createEagerEngine } from './eager-engine.ts';
import { createOnnxEngine } from './onnx-engine.ts';
import { AUTO } from './onnx/providers.ts';
import { tryProviders } from './quickest.ts';

export interface EngineOptions {
  readonly provider?: string | undefined;
  /** Threads inside one operation of onnx; 2 by default. tfjs backends have their own. */
  readonly threads?: number;
}

const ENGINES: Readonly<Record<EngineName, (options: EngineOptions) => Promise<Engine>>> = {
  onnx: async ({ provider, threads = 2 }) => {
    const chosen = provider === AUTO ? (await tryProviders(threads))[0].provider : provider;
    return createOnnxEngine({ provider: chosen, threads });
  },
  eager: ({ provider }) => createEagerEngine(provider === AUTO ? {} : { backend: provider }),
};

/** The engine of that name. Throws a ForesightError that lists the names when there is none. */
export async function createEngine(name: string, options: EngineOptions = {}): Promise<Engine> {
  const known = ENGINE_NAMES.find((engine) => engine === name);
  if (known === undefined) {
    throw new ForesightError(`no compute engine '${name}'; there are ${ENGINE_NAMES.join(', ')}`);
  }
  return ENGINES[known](options);
}

/** The chosen engine; the default one when nothing was chosen. */
export function openEngine(choice: EngineChoice | undefined, threads: number): Promise<Engine> {
  const { engine, provider } = choice ?? DEFAULT_ENGINE;
  return createEngine(engine, { provider, threads });
}

/** Whether an engine computes on the processor's cores, where several threads at once are quicker than one wide one. */
export function computesOnCores({ name, provider }: Engine): boolean {
  return name === 'onnx' && provider === 'cpu';
}
