import { expect, it } from 'vitest';
import { searchRepeatedly } from '../../src/control/searches.ts';
import type { Costs } from '../../src/planner/planner.ts';
import { createPlanner } from '../../src/planner/registry.ts';
import { seededRandom } from '../../src/spec/random.ts';

const HORIZON = 2;
const PLANNER = createPlanner('icem', { horizon: HORIZON, actionDims: 1, candidates: 16, elites: 4 });
/** A sequence costs how far it is from (0.9, -0.9): two actions. */
const costs: Costs = {
  costs: (candidates, count) =>
    Promise.resolve(
      Float32Array.from({ length: count }, (_, n) =>
        Math.hypot(candidates[HORIZON * n] - 0.9, candidates[HORIZON * n + 1] + 0.9),
      ),
    ),
};

/** What comes of so many searches whose proposals lie ever nearer to the best, and how many were asked for. */
async function search(searches: number, hasTime = true) {
  const asked: number[] = [];
  const plan = await searchRepeatedly(PLANNER, costs, {
    searches,
    proposals: 6,
    propose(count) {
      asked.push(count);
      const share = asked.length / 4;
      return Array.from({ length: count }, () => Float32Array.of(0.9 * share, -0.9 * share));
    },
    previous: undefined,
    random: seededRandom(5),
    hasTimeFor: () => hasTime,
  });
  return { plan, asked };
}

it('goes on from what the search before has found, among new proposals', async () => {
  const [once, twice, fourTimes] = [await search(1), await search(2), await search(4)];
  expect(once.asked).toEqual([6]);
  expect(twice.asked).toEqual([6, 2]);
  expect(twice.plan.cost).toBeLessThanOrEqual(once.plan.cost);
  // The fourth search was told the best there is.
  expect(fourTimes.plan.cost).toBeCloseTo(0, 5);
  expect(fourTimes.plan.iterations.length).toBe(4);
  expect(await search(4)).toEqual(fourTimes);
});

it('searches once when there is no time for more', async () => {
  expect(await search(4, false)).toEqual(await search(1));
});
