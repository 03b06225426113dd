/** What candidates are predicted to cost, where there is more than one prediction of what they do. */
import type { Costs } from '../planner/planner.ts';
import type { Goals, Observed, RolloutSource } from './rollouts.ts';

/**
 * The mean of several predictions from one observation. The best of many candidates is the one that was overrated most
 * as much as the best one (the optimizer's curse, Smith and Winkler 2006), and the more so the noisier predictions are: an
 * arm that has always just found something better never arrives.
 *
 * @param opinions the observation, encoded for each
 */
export function meanCosts(rollouts: RolloutSource, opinions: readonly Observed[], goals: Goals): Costs {
  const gradients = rollouts.gradients?.bind(rollouts);
  return {
    costs: async (candidates, count) => {
      const answers = await inTurn(opinions, (seen) => rollouts.costs(seen, goals, candidates, count));
      return meanOf(answers);
    },
    ...(gradients
      ? {
          gradients: async (candidates, count) => {
            const answers = await inTurn(opinions, (seen) => gradients(seen, goals, candidates, count));
            return {
              costs: meanOf(answers.map((answer) => answer.costs)),
              gradients: meanOf(answers.map((answer) => answer.gradients)),
            };
          },
        }
      : {}),
  };
}

/** One after the other: each has all threads. */
async function inTurn<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (const item of items) answers.push(await ask(item));
  return answers;
}

function meanOf(arrays: readonly Float32Array[]): Float32Array {
  return arrays[0].map((_, i) => arrays.reduce((sum, array) => sum + array[i], 0) / arrays.length);
}
