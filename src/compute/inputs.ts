import { ForesightError } from '../spec/errors.ts';
import type { Specs, Values } from './compute.ts';

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
    const dtype = value.data instanceof Int32Array ? 'int32' : 'float32';
    const size = spec.shape.reduce((product, n) => product * n, 1);
    const sameShape =
      value.shape.length === spec.shape.length && value.shape.every((n, i) => n === spec.shape[i]);
    if (!sameShape || dtype !== spec.dtype || value.data.length !== size) {
      const got = `${dtype} [${value.shape.join(', ')}] with ${value.data.length} numbers`;
      throw new ForesightError(`${program}: input '${key}': ${expected}, got ${got}`);
    }
  }
}
