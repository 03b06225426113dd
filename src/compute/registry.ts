import { ForesightError } from '../spec/errors.ts';
import type { Engine } from './compute.ts';
import { createEagerEngine, type EagerEngineOptions } from './eager-engine.ts';
import { createOnnxEngine, type OnnxEngineOptions } from './onnx-engine.ts';

export type EngineOptions = OnnxEngineOptions & EagerEngineOptions;

const ENGINES: Readonly<Record<string, (options: EngineOptions) => Engine | Promise<Engine>>> = {
  onnx: createOnnxEngine,
  eager: createEagerEngine,
};

export const engineNames = Object.keys(ENGINES);

/** The engine of that name. Throws a ForesightError that lists the names when there is none. */
export async function createEngine(name: string, options: EngineOptions = {}): Promise<Engine> {
  const create = ENGINES[name];
  if (create === undefined) {
    throw new ForesightError(`no compute engine '${name}'; there are ${engineNames.join(', ')}`);
  }
  return create(options);
}
