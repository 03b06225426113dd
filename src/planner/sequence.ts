/** Action sequences, T x A numbers in -1..1: their shape, how they are drawn, and how they go on a control step later. */
import { z } from 'zod';
import { ensure } from '../spec/errors.ts';
import type { Random } from '../spec/random.ts';
import type { NoiseSource } from './coloured-noise.ts';
import type { Prior } from './planner.ts';

/** Length and width of an action sequence. */
export interface SequenceShape {
  /** T, control steps. */
  readonly horizon: number;
  /** A, numbers an action. */
  readonly actionDims: number;
}

/** The entries of a planner's schema that give the shape. */
export const sequenceFields = {
  /** T, control steps looked ahead. */
  horizon: z.number().int().min(1).default(10),
  /** A, numbers an action. */
  actionDims: z.number().int().min(1).default(3),
};

/** Draws mean + std * noise, clamped; `std` is one number or T x A. */
export function drawSequence(
  { horizon, actionDims }: SequenceShape,
  noise: NoiseSource,
  random: Random,
  mean: Float32Array,
  std: number | Float32Array,
): Float32Array {
  const sequence = new Float32Array(horizon * actionDims);
  for (let a = 0; a < actionDims; a++) noise(random, sequence, a, actionDims);
  for (let i = 0; i < sequence.length; i++) {
    sequence[i] = mean[i] + (typeof std === 'number' ? std : std[i]) * sequence[i];
  }
  return clampSequence(sequence);
}

/** Standing still. */
export function stillSequence({ horizon, actionDims }: SequenceShape): Float32Array {
  return new Float32Array(horizon * actionDims);
}

/**
 * A sequence one control step later: its first action has been carried out, the rest move up, and `last`
 * (standing still by default) comes in at the end.
 */
export function shiftByOne(
  sequence: Float32Array,
  actionDims: number,
  last: ArrayLike<number> = new Float32Array(actionDims),
): Float32Array {
  const shifted = new Float32Array(sequence.length);
  shifted.set(sequence.subarray(actionDims));
  shifted.set(last, sequence.length - actionDims);
  return shifted;
}

/** The warm start: the last plan's mean one control step later, or standing still when there is none. */
export function shiftedMean({ previous }: Prior, shape: SequenceShape): Float32Array {
  return previous ? shiftByOne(previous.mean, shape.actionDims) : stillSequence(shape);
}

/** Proposals get at most this share of a population: some draws must be left to do better. */
const PROPOSED = 2 / 3;

/** The proposals that join a population of `count`, clamped. */
export function clampedProposals({ proposals = [] }: Prior, count: number): Float32Array[] {
  return proposals.slice(0, Math.floor(PROPOSED * count)).map((proposal) => clampSequence(proposal.slice()));
}

/** Throws unless everything in a prior has T x A entries. */
export function checkPrior({ previous, proposals = [] }: Prior, shape: SequenceShape): void {
  if (previous) {
    checkSequence(previous.actions, shape, 'the previous plan');
    checkSequence(previous.mean, shape, 'the mean of the previous plan');
    for (const elite of previous.elites) checkSequence(elite, shape, 'an elite of the previous plan');
  }
  for (const proposal of proposals) checkSequence(proposal, shape, 'a proposal');
}

function checkSequence(sequence: Float32Array, { horizon, actionDims }: SequenceShape, what: string): void {
  const expected = horizon * actionDims;
  ensure(
    sequence.length === expected,
    `planner: ${what} needs ${horizon} x ${actionDims} = ${expected} numbers, got ${sequence.length}`,
  );
}

/** Entries clamped to -1..1, in place. */
export function clampSequence(sequence: Float32Array): Float32Array {
  for (let i = 0; i < sequence.length; i++) sequence[i] = Math.max(-1, Math.min(1, sequence[i]));
  return sequence;
}
