/**
 * MPPI, model predictive path integral control (Williams et al. 2017, Information Theoretic MPC): draw around the
 * mean, and move the mean to the average of the draws, each weighted by exp(-cost / temperature). As in later
 * uses over learned models (Nagabandi et al. 2019) the noise is coloured and there is no extra cost of control:
 * effort is part of the cost.
 *
 * It carries out the average itself, not the best it saw, and asks for its cost with one candidate more. Among the
 * best of the last draws it is one of the elites.
 *
 * Proposals are draws like others, up to two thirds of the first iteration. Where they disagree about the way
 * around a thing their average goes through it: a low temperature keeps to the best few.
 */
import { z } from 'zod';
import type { Random } from '../spec/random.ts';
import { colouredNoise } from './coloured-noise.ts';
import type { Costs, Plan, Planner, Prior } from './planner.ts';
import { evaluate, Search, type Population } from './population.ts';
import { checkPrior, clampedProposals, drawSequence, sequenceFields, shiftedMean } from './sequence.ts';

export const mppiSchema = z
  .strictObject({
    /** N, candidates an iteration. */
    candidates: z.number().int().min(2).default(36),
    /** The paper has one; more find more with the same number of candidates. */
    iterations: z.number().int().min(1).default(2),
    ...sequenceFields,
    /** Exponent of the noise's spectrum; 0 is white, as in the paper. */
    beta: z.number().min(0).default(2),
    /** Standard deviation of the first iteration, in units of the action's range -1..1. */
    std: z.number().positive().default(0.6),
    /** Each iteration has the last one's standard deviation times this. */
    narrowing: z.number().positive().max(1).default(0.5),
    /** What costs this much more (pixels, in visual foresight) counts 1 / e as much. */
    temperature: z.number().positive().default(0.2),
  })
  .readonly();

export type MppiConfig = z.infer<typeof mppiSchema>;

export function mppi(config: MppiConfig): Planner {
  const { candidates: count, horizon, iterations } = config;
  const noise = colouredNoise(horizon, config.beta);

  return {
    name: 'mppi',
    populations: () => [...new Array<number>(iterations).fill(count), 1],

    async plan({ costs }: Costs, prior: Prior, random: Random): Promise<Plan> {
      checkPrior(prior, config);
      let mean = shiftedMean(prior, config);
      const search = new Search();
      for (let i = 0; i < iterations; i++) {
        const proposals = i === 0 ? clampedProposals(prior, count) : [];
        // The mean itself is a draw without noise: where all noise is for the worse, it stays.
        const candidates = [mean, ...proposals].slice(0, count);
        const std = config.std * config.narrowing ** i;
        while (candidates.length < count) candidates.push(drawSequence(config, noise, random, mean, std));
        const population = await evaluate(costs, candidates);
        search.add(population);
        mean = weightedAverage(population, config.temperature);
      }
      const average = await evaluate(costs, [mean]);
      search.addAverage(average);
      return { ...search.plan(mean), actions: mean.slice(), cost: average.costs[0] };
    },
  };
}

/** How much each of some costs counts: exp(-cost / temperature), all together 1; an infinite cost counts nothing. */
export function pathIntegralWeights(costs: readonly number[], temperature: number): number[] {
  const least = Math.min(...costs);
  const weights = costs.map((cost) => Math.exp((least - cost) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** The mean of clamped sequences is within -1..1 itself. */
function weightedAverage({ ranked, costs }: Population, temperature: number): Float32Array {
  const weights = pathIntegralWeights(costs, temperature);
  return ranked[0].map((_, i) => ranked.reduce((sum, candidate, n) => sum + weights[n] * candidate[i], 0));
}
