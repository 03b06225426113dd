/**
 * Random shooting (Nagabandi et al. 2017): draw N sequences once, carry out the best. The baseline of planners.
 *
 * Proposals are among the N, up to two thirds of them, and so is the last plan shifted by one action.
 */
import { z } from 'zod';
import type { Random } from '../spec/random.ts';
import { colouredNoise } from './coloured-noise.ts';
import type { Costs, Plan, Planner, Prior } from './planner.ts';
import { evaluate, Search } from './population.ts';
import {
  checkPrior,
  clampedProposals,
  drawSequence,
  sequenceFields,
  shiftByOne,
  stillSequence,
} from './sequence.ts';

export const randomShootingSchema = z
  .strictObject({
    /** N. */
    candidates: z.number().int().min(2).default(72),
    ...sequenceFields,
    /** Exponent of the noise's spectrum; 0 is white, as in the paper. */
    beta: z.number().min(0).default(2),
    /** Standard deviation, in units of the action's range -1..1. */
    std: z.number().positive().default(0.6),
  })
  .readonly();

export type RandomShootingConfig = z.infer<typeof randomShootingSchema>;

export function randomShooting(config: RandomShootingConfig): Planner {
  const { candidates: count, horizon, actionDims } = config;
  const noise = colouredNoise(horizon, config.beta);

  return {
    name: 'random-shooting',
    populations: () => [count],

    async plan({ costs }: Costs, prior: Prior, random: Random): Promise<Plan> {
      checkPrior(prior, config);
      const candidates = clampedProposals(prior, count);
      if (prior.previous) candidates.push(shiftByOne(prior.previous.actions, actionDims));
      const still = stillSequence(config);
      while (candidates.length < count) {
        candidates.push(drawSequence(config, noise, random, still, config.std));
      }
      const search = new Search();
      search.add(await evaluate(costs, candidates));
      return search.plan();
    },
  };
}
