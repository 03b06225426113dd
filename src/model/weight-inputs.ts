/** A network's weights among the inputs of a program, beside what it is asked: as `weights/NAME`. */
import type { Tensors } from '../compute/compute.ts';
import type { Weights } from './predictor.ts';

const PREFIX = 'weights/';

/** Weights by name, or what is known of them, as such inputs. */
export function weightInputs<T>(weights: Readonly<Record<string, T>>): Record<string, T> {
  const named = Object.entries(weights).map(([name, value]) => [PREFIX + name, value] as const);
  return Object.fromEntries(named);
}

/** The weights among a program's inputs, by their own names again. */
export function weightsOf(inputs: Tensors): Weights {
  const own = Object.entries(inputs).filter(([name]) => name.startsWith(PREFIX));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(PREFIX.length), tensor] as const));
}
