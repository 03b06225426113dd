import { ForesightError } from '../spec/errors.ts';
import type { DType, Specs, Value, Values } from './compute.ts';
import { KeptValue } from './kept.ts';

/** Throws a ForesightError that names the first input which is missing, unknown, or not as described. */
export function checkInputs(program: string, specs: Specs, values: Values): void {
  const unknown = Object.keys(values).find((key) => !(key in specs));
  if (unknown !== undefined) {
    throw new ForesightError(
      `${program}: has no input '${unknown}'; it takes ${Object.keys(specs).join(', ')}`,
    );
  }
  for (const [key, spec] of Object.entries(specs)) {
    const value = values[key];
    const expected = `expected ${spec.dtype} [${spec.shape.join(', ')}]`;
    if (value === undefined) throw new ForesightError(`${program}: input '${key}' is missing; ${expected}`);
    const size = spec.shape.reduce((product, n) => product * n, 1);
    const [dtype, length] = value instanceof KeptValue ? [value.dtype, size] : typeAndLength(value);
    const sameShape =
      value.shape.length === spec.shape.length && value.shape.every((n, i) => n === spec.shape[i]);
    if (!sameShape || dtype !== spec.dtype || length !== size) {
      const got = `${dtype} [${value.shape.join(', ')}] with ${length} numbers`;
      throw new ForesightError(`${program}: input '${key}': ${expected}, got ${got}`);
    }
  }
}

function typeAndLength({ data }: Value): [DType, number] {
  return [data instanceof Int32Array ? 'int32' : 'float32', data.length];
}
