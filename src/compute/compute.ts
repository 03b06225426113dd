/**
 * The compute contract: an ordinary tfjs function becomes an executable. A model author writes tfjs and never
 * sees the engine. Every engine passes `test/contract/compute-engine.ts`.
 */
import type { Tensor } from '@tensorflow/tfjs';

export type DType = 'float32' | 'int32';

/** A named input's shape and type, described before the tensor exists. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Floats of this shape. */
export function float32(...shape: number[]): TensorSpec {
  return { shape, dtype: 'float32' };
}

/** Numbers with a shape, outside any engine. */
export interface Value {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export type Specs = Readonly<Record<string, TensorSpec>>;
export type Values = Readonly<Record<string, Value>>;
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A tfjs function of named tensors. It may use `tf.grads`, `tf.valueAndGrads`, `tf.customGrad` and everything
 * else whose kernels the engine knows; it may not read values, and shapes may not depend on values.
 */
export type TensorFunction = (inputs: Tensors) => Tensors;

export interface CompileOptions {
  /** Names the program in errors, profiles and progress. */
  readonly name?: string;
  /** Inputs whose values never change (weights while planning): baked into the program. */
  readonly constants?: Values;
  /** Only these outputs are returned; all of them by default. */
  readonly outputs?: readonly string[];
  /**
   * Leave some operations to plain loops, where that is quicker and the engine can: see `compute/host`. Such a program
   * has no gradients.
   */
  readonly hosted?: boolean;
  /** Which outputs stay on the device, where the engine has one: see `KeptValue`. */
  readonly kept?: (output: string) => boolean;
  /** Run it in a thread of its own where the engine can, so that several programs compute at once. */
  readonly ownThread?: boolean;
}

/** A compiled program. */
export interface Executable {
  readonly name: string;
  readonly inputs: Specs;
  /** Runs once. Throws a ForesightError that names the input when one is missing or has a wrong shape. */
  run(inputs: Values): Promise<Record<string, Value>>;
  dispose(): Promise<void>;
}

/** Something that compiles and runs tfjs functions: `onnx` (default) or `eager`. */
export interface Engine {
  readonly name: string;
  /** The hardware behind it, for reports: 'cpu', 'webgpu', 'tensorflow', ... */
  readonly provider: string;
  compile(fn: TensorFunction, inputs: Specs, options?: CompileOptions): Promise<Executable>;
  /** The same values, all of them here: what had stayed on the device is copied. */
  fetch(values: Values): Promise<Values>;
}
