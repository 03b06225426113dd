/**
 * Gradient descent through the model: try many candidates once, then follow the gradient of the cost from the best
 * few, side by side (Adam, Kingma & Ba 2015; backpropagation through a learned model as in Henaff et al. 2017 and
 * Srinivas et al. 2018). Carries out the best sequence seen.
 *
 * A gradient sees only the slope under its feet: it refines how a push goes, and never finds another side to push
 * from. That is left to the first candidates: proposals, up to two thirds of them, standing still, the last plan
 * shifted by one action, and draws around it.
 */
import { z } from 'zod';
import { ensure } from '../spec/errors.ts';
import type { Random } from '../spec/random.ts';
import { colouredNoise } from './coloured-noise.ts';
import type { Costs, Plan, Planner, Prior } from './planner.ts';
import { evaluate, flatten, rank, Search } from './population.ts';
import {
  checkPrior,
  clampedProposals,
  clampSequence,
  drawSequence,
  sequenceFields,
  shiftByOne,
  shiftedMean,
  stillSequence,
} from './sequence.ts';

export const gradientSchema = z
  .strictObject({
    /** N, candidates to choose the starts from. */
    candidates: z.number().int().min(2).default(32),
    /** How many of the best are followed downhill. */
    starts: z.number().int().min(1).default(4),
    /** Steps downhill. */
    descents: z.number().int().min(1).default(3),
    ...sequenceFields,
    /** Exponent of the noise's spectrum, see `colouredNoise`. */
    beta: z.number().min(0).default(2),
    /** Standard deviation of the draws, in units of the action's range -1..1. */
    std: z.number().positive().default(0.6),
    /** About how far a step moves every number of a sequence, in the same units. */
    stepSize: z.number().positive().default(0.05),
  })
  .refine((config) => config.starts <= config.candidates, {
    message: 'expected at most as many starts as candidates',
    path: ['starts'],
  })
  .readonly();

export type GradientConfig = z.infer<typeof gradientSchema>;

/** Adam's decay of the mean gradient and of the mean square; short, since there are few steps. */
const [DECAY, SQUARE_DECAY] = [0.8, 0.95];

export function gradientDescent(config: GradientConfig): Planner {
  const { candidates: count, starts, descents, horizon, actionDims, stepSize } = config;
  const noise = colouredNoise(horizon, config.beta);

  function firstCandidates(prior: Prior, random: Random): Float32Array[] {
    const last = prior.previous ? [shiftByOne(prior.previous.actions, actionDims)] : [];
    const proposals = clampedProposals(prior, count);
    const candidates = [stillSequence(config), ...last, ...proposals].slice(0, count);
    const mean = shiftedMean(prior, config);
    while (candidates.length < count) {
      candidates.push(drawSequence(config, noise, random, mean, config.std));
    }
    return candidates;
  }

  return {
    name: 'gradient',
    populations: () => [count, ...new Array<number>(descents + 1).fill(starts)],

    async plan({ costs, gradients }: Costs, prior: Prior, random: Random): Promise<Plan> {
      ensure(
        gradients !== undefined,
        'planner: gradient needs costs that can be differentiated, and these cannot (a simulator has no gradients)',
        'plan with a learned model, or choose a planner that needs costs alone, such as icem',
      );
      checkPrior(prior, config);
      const search = new Search();
      const first = await evaluate(costs, firstCandidates(prior, random));
      search.add(first);
      let followed = first.ranked.slice(0, starts);
      const adam = adamOf(starts * horizon * actionDims, stepSize);
      for (let i = 0; i < descents; i++) {
        const answer = await gradients(flatten(followed), starts);
        search.add(rank(followed, answer.costs));
        const step = adam(answer.gradients);
        followed = followed.map((sequence, n) =>
          clampSequence(sequence.map((value, j) => value - step[n * sequence.length + j])),
        );
      }
      search.add(await evaluate(costs, followed));
      return search.plan();
    },
  };
}

/** Adam's steps for `size` numbers; where a gradient is not a finite number, that number stays. */
function adamOf(size: number, stepSize: number): (gradient: Float32Array) => Float32Array {
  const mean = new Float32Array(size);
  const square = new Float32Array(size);
  let count = 0;
  return (gradient) => {
    count++;
    return gradient.map((slope, i) => {
      const finite = Number.isFinite(slope) ? slope : 0;
      mean[i] = DECAY * mean[i] + (1 - DECAY) * finite;
      square[i] = SQUARE_DECAY * square[i] + (1 - SQUARE_DECAY) * finite ** 2;
      const meanNow = mean[i] / (1 - DECAY ** count);
      const squareNow = square[i] / (1 - SQUARE_DECAY ** count);
      return (stepSize * meanNow) / (Math.sqrt(squareNow) + 1e-8);
    });
  };
}
