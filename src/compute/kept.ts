/**
 * Values that stay on the device that computed them: what one program answers and the next one asks for need not come
 * here in between.
 */
import { ForesightError } from '../spec/errors.ts';
import type { DType, Value, Values } from './compute.ts';

/** Its numbers are read with `Engine.fetch`; what it holds on the device is given back with `release`. */
export class KeptValue implements Value {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** What the engine knows it by. */
  readonly handle: unknown;
  readonly #release: () => void;
  #isHeld = true;

  constructor(shape: readonly number[], dtype: DType, handle: unknown, release: () => void) {
    this.shape = shape;
    this.dtype = dtype;
    this.handle = handle;
    this.#release = release;
  }

  get data(): never {
    throw new ForesightError('a value that stayed on the device was read', { next: 'fetch it first' });
  }

  /** Programs cannot take it any more. */
  release(): void {
    if (this.#isHeld) this.#release();
    this.#isHeld = false;
  }
}

/** Gives back what values hold on a device; values that are here are none of its business. */
export function releaseKept(values: Values): void {
  for (const value of Object.values(values)) if (value instanceof KeptValue) value.release();
}
