/**
 * Operations that onnxruntime has only in pieces. Reading pictures at places between pixels, for one, takes it some thirty
 * nodes, each of which goes through all of the numbers again; a plain loop here does it four to seven times as fast. A
 * program that is compiled `hosted` has such loops between parts that onnxruntime runs; any other is made of the pieces,
 * which also have gradients.
 */
import { ensure } from '../../spec/errors.ts';
import type { Value } from '../compute.ts';

/** Writes a result, float32, of known shape; `out` still holds what was written there before. */
export type HostLoop = (inputs: readonly Value[], out: Float32Array) => void;

export interface HostKernel {
  /** The module that exports it as `name`, since threads load it by name: `import.meta.url`. */
  readonly module: string;
  readonly name: string;
  /** The shape of the result. */
  readonly shape: (shapes: readonly (readonly number[])[]) => readonly number[];
  readonly run: HostLoop;
}

const known = new Map<string, HostKernel>();
const keyOf = ({ module, name }: Pick<HostKernel, 'module' | 'name'>): string => `${module}#${name}`;

/** Makes a kernel known in this thread, which need not load it then. */
export function knowHostKernel(kernel: HostKernel): void {
  known.set(keyOf(kernel), kernel);
}

/** The loop of a kernel, in whichever thread this is. */
export async function loadHostLoop(which: Pick<HostKernel, 'module' | 'name'>): Promise<HostLoop> {
  const here = known.get(keyOf(which));
  if (here !== undefined) return here.run;
  const exported = (await import(which.module)) as Readonly<Record<string, HostKernel | undefined>>;
  const kernel = exported[which.name];
  ensure(kernel !== undefined, `${which.module} has no host kernel '${which.name}'`);
  return kernel.run;
}
