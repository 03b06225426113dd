/** Random shooting (Nagabandi et al. 2017): draw N sequences once, carry out the best. The baseline of planners. */
import { z } from 'zod';
import type { Random } from '../spec/random.ts';
import { colouredNoise } from './coloured-noise.ts';
import type { CostFunction, Plan, Planner, Prior } from './planner.ts';
import { checkSequence, clampSequence, evaluate, shiftByOne, summary } from './population.ts';

export const randomShootingSchema = z
  .strictObject({
    /** N. */
    candidates: z.number().int().min(2).default(160),
    /** T, control steps looked ahead. */
    horizon: z.number().int().min(1).default(10),
    /** A, numbers an action. */
    actionDims: z.number().int().min(1).default(3),
    /** Exponent of the noise's spectrum; 0 is white, as in the paper. */
    beta: z.number().min(0).default(2),
    /** Standard deviation, in units of the action's range -1..1. */
    std: z.number().positive().default(0.6),
  })
  .readonly();

export type RandomShootingConfig = z.infer<typeof randomShootingSchema>;

/** How many of the best candidates a plan reports as its elites, for the page to draw. */
const REPORTED_ELITES = 8;

export function randomShooting(config: RandomShootingConfig): Planner {
  const { candidates: count, horizon, actionDims } = config;
  const noise = colouredNoise(horizon, config.beta);

  function sample(random: Random): Float32Array {
    const sequence = new Float32Array(horizon * actionDims);
    for (let a = 0; a < actionDims; a++) noise(random, sequence, a, actionDims);
    return clampSequence(sequence.map((value) => config.std * value));
  }

  return {
    name: 'random-shooting',
    populations: () => [count],

    async plan(costs: CostFunction, prior: Prior, random: Random): Promise<Plan> {
      const proposals = prior.proposals ?? [];
      for (const proposal of proposals) checkSequence(proposal, config, 'a proposal');
      const candidates = proposals
        .slice(0, Math.floor(count / 2))
        .map((proposal) => clampSequence(proposal.slice()));
      if (prior.previous) {
        checkSequence(prior.previous.actions, config, 'the previous plan');
        candidates.push(shiftByOne(prior.previous.actions, actionDims));
      }
      while (candidates.length < count) candidates.push(sample(random));

      const population = await evaluate(costs, candidates);
      const [actions] = population.ranked;
      return {
        actions: actions.slice(),
        cost: population.costs[0],
        mean: actions.slice(),
        elites: population.ranked.slice(0, REPORTED_ELITES),
        iterations: [summary(population)],
      };
    },
  };
}
