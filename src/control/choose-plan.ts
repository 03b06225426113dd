/**
 * One control step's choice, once it is known what candidates cost: search, judge the best few again, and weigh them
 * against going on as planned and, near the goal, against doing nothing.
 */
import type { Costs, Plan, Planner } from '../planner/planner.ts';
import { shiftByOne } from '../planner/sequence.ts';
import type { Random } from '../spec/random.ts';
import { reconsider, type Favourite } from './finalists.ts';
import type { ForesightConfig } from './foresight-config.ts';
import { startNow, underWay } from './restless.ts';
import { searchRepeatedly } from './searches.ts';
import { cautious } from './surprise.ts';

/** What the choice depends on. */
export interface Choice {
  readonly costs: Costs;
  /** Numbers an action. */
  readonly actionDims: number;
  /** So many new sequences worth trying. */
  readonly propose: (count: number) => readonly Float32Array[];
  /** How often to search: see `searchRepeatedly`. */
  readonly searches: number;
  /** The last control step's plan. */
  readonly previous: Plan | undefined;
  /** How far the farthest point is from its goal, measured by what was asked for: see `OpenGoal`. */
  readonly need: number;
  /** See `surpriseAfter`. */
  readonly surprisePx: number;
  readonly random: Random;
  /** Whether so many milliseconds of work would still end in time. */
  readonly hasTimeFor: (ms: number) => boolean;
}

/** The plan to carry out. Out of time, it is what the search found, not judged again. */
export async function choosePlan(planner: Planner, choice: Choice, config: ForesightConfig): Promise<Plan> {
  const { actionDims, previous, need, random, hasTimeFor } = choice;
  const { costs, msEach } = timed(choice.costs);
  const plan = await searchRepeatedly(planner, costs, { ...choice, proposals: config.proposals });
  // What was asked for is met: nothing has to be done.
  const mayRest = need < config.metShare;
  const best = mayRest ? plan : underWay(plan, actionDims);
  const caution = cautious(config, choice.surprisePx);
  if (!hasTimeFor(msEach() * caution.finalists * caution.copies)) return best;
  const goingOn = previous ? shiftByOne(previous.actions, actionDims) : null;
  const started = mayRest || goingOn === null ? goingOn : startNow(goingOn, actionDims);
  const favourites: Favourite[] = [
    ...(started ? [{ actions: started, credit: caution.commitment }] : []),
    ...(mayStop(need, config)
      ? [{ actions: new Float32Array(plan.actions.length), credit: config.worthPx }]
      : []),
  ];
  return reconsider(best, costs, random, favourites, caution);
}

/** Whether all points are so near to their goals that a push has to be worth it. */
export function mayStop(need: number, { restShare }: Pick<ForesightConfig, 'restShare'>): boolean {
  return need < restShare;
}

/**
 * The same costs, and how long a candidate took in the largest call so far, milliseconds: finalists are many, and alone, as
 * in the last call of some planners, a candidate takes far longer than among many.
 */
function timed(costs: Costs): { costs: Costs; msEach: () => number } {
  let msEach = 0;
  let largest = 0;
  return {
    msEach: () => msEach,
    costs: {
      ...costs,
      async costs(candidates, count) {
        const startMs = performance.now();
        const answer = await costs.costs(candidates, count);
        if (count >= largest) {
          largest = count;
          msEach = (performance.now() - startMs) / count;
        }
        return answer;
      },
    },
  };
}
