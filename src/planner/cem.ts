/**
 * iCEM, the improved cross-entropy method of Pinneri et al. 2020 (Sample-efficient Cross-Entropy Method for
 * Real-time Planning): sample coloured noise, roll out, take the elites, refit; elites are kept between
 * iterations and, shifted by one action, between control steps; the population shrinks; the last iteration
 * tries the mean.
 */
import { z } from 'zod';
import type { Random } from '../spec/random.ts';
import { colouredNoise } from './coloured-noise.ts';
import type { CostFunction, Plan, Planner, Prior } from './planner.ts';
import { checkSequence, clampSequence, evaluate, shiftByOne, summary } from './population.ts';

export const cemSchema = z
  .strictObject({
    /** N, candidates in the first iteration. */
    candidates: z.number().int().min(2).default(64),
    /** One is enough where proposals are good; what a learned model gets wrong, a longer search finds. */
    iterations: z.number().int().min(1).default(1),
    /** T, control steps looked ahead. */
    horizon: z.number().int().min(1).default(10),
    /** A, numbers an action. */
    actionDims: z.number().int().min(1).default(3),
    /** K, a count: the best candidates that the next iteration is fitted to. */
    elites: z.number().int().min(2).default(8),
    /** How many of the elites are tried again, in the next iteration and in the next control step. */
    keptElites: z.number().int().min(0).default(4),
    /** Exponent of the noise's spectrum; 0 is plain CEM's white noise. */
    beta: z.number().min(0).default(2),
    /** Each iteration has the last one's candidates divided by this (but at least twice the elites). */
    shrink: z.number().min(1).default(1.25),
    /** Standard deviation of the first iteration, in units of the action's range -1..1. */
    initialStd: z.number().positive().default(0.6),
    /** The standard deviation never falls below this. */
    minStd: z.number().min(0).default(0.05),
    /** How much of the old mean and standard deviation a refit keeps. */
    momentum: z.number().min(0).max(0.99).default(0.1),
  })
  .refine((config) => config.elites <= config.candidates, {
    message: 'expected at most as many elites as candidates',
    path: ['elites'],
  })
  .refine((config) => config.keptElites <= config.elites, {
    message: 'expected at most as many kept elites as elites',
    path: ['keptElites'],
  })
  .readonly();

export type CemConfig = z.infer<typeof cemSchema>;

/** A diagonal Gaussian over action sequences, T x A. */
interface Gaussian {
  readonly mean: Float32Array;
  readonly std: Float32Array;
}

/** The iCEM planner. */
export function cem(config: CemConfig): Planner {
  const { horizon, actionDims, iterations } = config;
  const noise = colouredNoise(horizon, config.beta);
  const populations = Array.from({ length: iterations }, (_, i) =>
    Math.max(
      Math.min(config.candidates, 2 * config.elites),
      Math.floor(config.candidates / config.shrink ** i),
    ),
  );

  /** One sequence from the Gaussian: mean + std * coloured noise, clamped. */
  function sample({ mean, std }: Gaussian, random: Random): Float32Array {
    const sequence = new Float32Array(horizon * actionDims);
    for (let a = 0; a < actionDims; a++) noise(random, sequence, a, actionDims);
    for (let i = 0; i < sequence.length; i++) sequence[i] = mean[i] + std[i] * sequence[i];
    return clampSequence(sequence);
  }

  /** Warm start: the last plan's mean one control step later; the standard deviation starts wide again. */
  function initialGaussian(prior: Prior): Gaussian {
    const size = horizon * actionDims;
    const mean = prior.previous ? shiftByOne(prior.previous.mean, actionDims) : new Float32Array(size);
    return { mean, std: new Float32Array(size).fill(config.initialStd) };
  }

  /**
   * What the first iteration tries besides samples: standing still, the last plan and its elites shifted by one
   * action (their last action is drawn anew), and proposals, which get at most two thirds of the population.
   */
  function firstGuesses(prior: Prior, gaussian: Gaussian, random: Random): Float32Array[] {
    const guesses: Float32Array[] = [new Float32Array(horizon * actionDims)];
    if (prior.previous) {
      const { actions, elites } = prior.previous;
      guesses.push(shiftByOne(actions, actionDims));
      for (const elite of elites.slice(0, config.keptElites)) {
        guesses.push(shiftByOne(elite, actionDims, sample(gaussian, random).subarray(-actionDims)));
      }
    }
    const proposals = (prior.proposals ?? []).slice(0, Math.floor((2 * populations[0]) / 3));
    guesses.push(...proposals.map((proposal) => clampSequence(proposal.slice())));
    return guesses;
  }

  /** Mean and standard deviation of the elites, blended with the old ones. */
  function refit(old: Gaussian, elites: readonly Float32Array[]): Gaussian {
    const blend = (before: number, now: number): number =>
      config.momentum * before + (1 - config.momentum) * now;
    const mean = old.mean.map((before, i) =>
      blend(
        before,
        average(elites, (e) => e[i]),
      ),
    );
    const std = old.std.map((before, i) => {
      const centre = average(elites, (e) => e[i]);
      const spread = Math.sqrt(average(elites, (e) => (e[i] - centre) ** 2));
      return Math.max(config.minStd, blend(before, spread));
    });
    return { mean, std };
  }

  return {
    name: 'cem',
    populations: () => populations,

    async plan(costs: CostFunction, prior: Prior, random: Random): Promise<Plan> {
      checkPrior(prior, config);
      let gaussian = initialGaussian(prior);
      let elites: Float32Array[] = [];
      let best = { actions: new Float32Array(), cost: Infinity };
      const iterationsSeen: Plan['iterations'][number][] = [];

      for (const [i, count] of populations.entries()) {
        const kept = i === 0 ? firstGuesses(prior, gaussian, random) : elites.slice(0, config.keptElites);
        const last = i === iterations - 1 ? [clampSequence(gaussian.mean.slice())] : [];
        const candidates = [...last, ...kept].slice(0, count);
        while (candidates.length < count) candidates.push(sample(gaussian, random));

        const population = await evaluate(costs, candidates);
        elites = population.ranked.slice(0, config.elites);
        gaussian = refit(gaussian, elites);
        if (population.costs[0] < best.cost || i === 0) {
          best = { actions: population.ranked[0].slice(), cost: population.costs[0] };
        }
        iterationsSeen.push(summary(population));
      }
      return { ...best, mean: gaussian.mean, elites, iterations: iterationsSeen };
    },
  };
}

function checkPrior(prior: Prior, config: CemConfig): void {
  if (prior.previous) checkSequence(prior.previous.actions, config, 'the previous plan');
  for (const proposal of prior.proposals ?? []) checkSequence(proposal, config, 'a proposal');
}

function average<T>(items: readonly T[], value: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum / items.length;
}
