/**
 * The cross-entropy method (Rubinstein & Kroese 2004) over action sequences: draw from a Gaussian, roll out, fit
 * the Gaussian to the elites, again. Plain CEM and iCEM are this loop; they differ in the noise, in how the
 * population shrinks and in what else is tried.
 */
import { z } from 'zod';
import type { Random } from '../spec/random.ts';
import { colouredNoise } from './coloured-noise.ts';
import type { Costs, Plan, Planner, Prior } from './planner.ts';
import { evaluate, Search } from './population.ts';
import { checkPrior, clampedProposals, drawSequence, sequenceFields, shiftedMean } from './sequence.ts';

/** The entries of a config that all its variants have; `defaults` are theirs. */
export function crossEntropyFields(defaults: {
  candidates: number;
  iterations: number;
  elites: number;
  minStd: number;
  momentum: number;
}) {
  return {
    /** N, candidates in the first iteration. */
    candidates: z.number().int().min(2).default(defaults.candidates),
    iterations: z.number().int().min(1).default(defaults.iterations),
    ...sequenceFields,
    /** K, a count: the best candidates that the next iteration is fitted to. */
    elites: z.number().int().min(2).default(defaults.elites),
    /** Standard deviation of the first iteration, in units of the action's range -1..1. */
    initialStd: z.number().positive().default(0.6),
    /** The standard deviation never falls below this. */
    minStd: z.number().min(0).default(defaults.minStd),
    /** How much of the old mean and standard deviation a refit keeps. */
    momentum: z.number().min(0).max(0.99).default(defaults.momentum),
  };
}

export type CrossEntropyConfig = Readonly<z.infer<z.ZodObject<ReturnType<typeof crossEntropyFields>>>>;

/** No more elites than candidates. */
export const ELITES_FIT = {
  message: 'expected at most as many elites as candidates',
  path: ['elites'],
};

/** A diagonal Gaussian over action sequences, T x A. */
export interface Gaussian {
  readonly mean: Float32Array;
  readonly std: Float32Array;
}

/** What is known at the start of an iteration. */
export interface Iteration {
  /** 0, 1, ... */
  readonly index: number;
  readonly prior: Prior;
  readonly gaussian: Gaussian;
  /** The last iteration's, best first; none before the first. */
  readonly elites: readonly Float32Array[];
  /** One sequence from the Gaussian. */
  readonly draw: () => Float32Array;
}

/** What makes one of the family. */
export interface Variant {
  readonly name: string;
  /** Exponent of the noise's spectrum, see `colouredNoise`. */
  readonly beta: number;
  /** Candidates of each iteration. */
  readonly populations: readonly number[];
  /** What an iteration tries besides draws, most wanted first. */
  alsoTry(iteration: Iteration): Float32Array[];
}

/** The planner that a variant makes of a config. */
export function crossEntropy(config: CrossEntropyConfig, variant: Variant): Planner {
  const { populations } = variant;
  const noise = colouredNoise(config.horizon, variant.beta);

  return {
    name: variant.name,
    populations: () => populations,

    async plan({ costs }: Costs, prior: Prior, random: Random): Promise<Plan> {
      checkPrior(prior, config);
      let gaussian = initialGaussian(prior, config);
      let elites: readonly Float32Array[] = [];
      const search = new Search();
      for (const [index, count] of populations.entries()) {
        const { mean, std } = gaussian;
        const draw = (): Float32Array => drawSequence(config, noise, random, mean, std);
        const proposals = index === 0 ? clampedProposals(prior, count) : [];
        const others = variant.alsoTry({ index, prior, gaussian, elites, draw });
        const candidates = [...others, ...proposals].slice(0, count);
        while (candidates.length < count) candidates.push(draw());

        const population = await evaluate(costs, candidates);
        elites = population.ranked.slice(0, config.elites);
        gaussian = refit(gaussian, elites, config);
        search.add(population, config.elites);
      }
      return search.plan(gaussian.mean);
    },
  };
}

/** Warm start: the last plan's mean one control step later; the standard deviation starts wide again. */
function initialGaussian(prior: Prior, config: CrossEntropyConfig): Gaussian {
  const mean = shiftedMean(prior, config);
  return { mean, std: new Float32Array(mean.length).fill(config.initialStd) };
}

/** Mean and standard deviation of the elites, blended with the old ones. */
function refit(
  old: Gaussian,
  elites: readonly Float32Array[],
  { momentum, minStd }: CrossEntropyConfig,
): Gaussian {
  const blend = (before: number, now: number): number => momentum * before + (1 - momentum) * now;
  const centre = Array.from(old.mean, (_, i) => average(elites, (elite) => elite[i]));
  const mean = old.mean.map((before, i) => blend(before, centre[i]));
  const std = old.std.map((before, i) => {
    const spread = Math.sqrt(average(elites, (elite) => (elite[i] - centre[i]) ** 2));
    return Math.max(minStd, blend(before, spread));
  });
  return { mean, std };
}

function average<T>(items: readonly T[], value: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum / items.length;
}
