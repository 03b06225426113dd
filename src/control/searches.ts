/** Searching once, or several times in a control step, where good plans are rare among all that can be proposed. */
import type { Costs, Plan, Planner } from '../planner/planner.ts';
import type { Random } from '../spec/random.ts';

export interface SearchOptions {
  /** How often, at least once: each search goes on from what the one before has found. */
  readonly searches: number;
  /** Proposals a search. */
  readonly proposals: number;
  /** So many new ones. */
  readonly propose: (count: number) => readonly Float32Array[];
  /** The last control step's plan. */
  readonly previous: Plan | undefined;
  readonly random: Random;
  /** Whether there is time for another search, which will take as long as the one before. */
  readonly hasTimeFor: (ms: number) => boolean;
}

/** So many of a search's elites are among the next one's proposals. */
const KEPT_ELITES = 4;

/** The last search's plan, with the iterations of all. */
export async function searchRepeatedly(
  planner: Planner,
  costs: Costs,
  options: SearchOptions,
): Promise<Plan> {
  const { searches, propose, previous, random } = options;
  const search = (proposals: readonly Float32Array[]): Promise<Plan> =>
    planner.plan(costs, previous ? { previous, proposals } : { proposals }, random);
  let startMs = performance.now();
  let plan = await search(propose(options.proposals));
  for (let k = 1; k < searches; k++) {
    const now = performance.now();
    if (!options.hasTimeFor(now - startMs)) break;
    startMs = now;
    const found = plan.elites.slice(0, KEPT_ELITES);
    const next = await search([...found, ...propose(options.proposals - found.length)]);
    plan = { ...next, iterations: [...plan.iterations, ...next.iterations] };
  }
  return plan;
}
