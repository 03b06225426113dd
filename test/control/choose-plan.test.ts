import { afterEach, expect, it, vi } from 'vitest';
import { choosePlan, mayStop, type Choice } from '../../src/control/choose-plan.ts';
import { FORESIGHT_DEFAULTS } from '../../src/control/foresight-config.ts';
import type { Plan } from '../../src/planner/planner.ts';
import { createPlanner } from '../../src/planner/registry.ts';
import { seededRandom } from '../../src/spec/random.ts';

const HORIZON = 4;
const PLANNER = createPlanner('icem', { horizon: HORIZON, actionDims: 1, candidates: 16, elites: 4 });
/** Not shaken, so that costs are exact. */
const CONFIG = { ...FORESIGHT_DEFAULTS, shake: 0, proposals: 6 };
const STILL = new Float32Array(HORIZON);
const FULL = Float32Array.of(0.9, 0.9, 0.9, 0.9);

/** What is chosen when `cost` is what a sequence costs, and how many candidates were judged in each call. */
async function choose(
  cost: (actions: Float32Array) => number,
  options: Partial<Choice> = {},
  planner = PLANNER,
) {
  const calls: number[] = [];
  const choice: Choice = {
    costs: {
      costs(candidates, count) {
        calls.push(count);
        const each = Array.from({ length: count }, (_, n) =>
          cost(candidates.subarray(n * HORIZON, (n + 1) * HORIZON)),
        );
        return Promise.resolve(Float32Array.from(each));
      },
    },
    actionDims: 1,
    propose: (count) => Array.from({ length: count }, (_, k) => FULL.map((a) => a * (1 - 0.1 * k))),
    searches: 1,
    previous: undefined,
    need: 2,
    surprisePx: 0,
    random: seededRandom(3),
    hasTimeFor: () => true,
    ...options,
  };
  return { plan: await choosePlan(planner, choice, CONFIG), calls };
}

const farFrom =
  (wanted: Float32Array) =>
  (actions: Float32Array): number =>
    Math.hypot(...actions.map((a, i) => a - wanted[i]));

afterEach(() => {
  vi.restoreAllMocks();
});

function planned(actions: Float32Array): Plan {
  return { actions, cost: 0, mean: actions, elites: [], iterations: [] };
}

it('takes the cheapest that was found, judged again in as many copies as asked for', async () => {
  const { plan, calls } = await choose(farFrom(FULL));
  expect([...plan.actions]).toEqual([...FULL]);
  expect(calls).toEqual([16, CONFIG.finalists * CONFIG.copies]);
});

it('goes on as planned where nothing else is better by enough, and not where something is', async () => {
  // The last plan, shifted by its first action, ends at rest.
  const goingOn = [0.5, 0.5, 0.5, 0];
  const isGoingOn = (actions: Float32Array): boolean => actions.every((a, i) => a === goingOn[i]);
  const previous = planned(Float32Array.of(0.5, 0.5, 0.5, 0.5));
  const better = (by: number) => (actions: Float32Array) =>
    isGoingOn(actions) ? by : farFrom(FULL)(actions);
  const { commitment } = CONFIG;
  expect(isGoingOn((await choose(better(0.9 * commitment), { previous })).plan.actions)).toBe(true);
  expect([...(await choose(better(1.1 * commitment), { previous })).plan.actions]).toEqual([...FULL]);
  // A model that was far off lately has not planned well either.
  const surprised = await choose(better(0.9 * commitment), { previous, surprisePx: 10 });
  expect([...surprised.plan.actions]).toEqual([...FULL]);
});

it('does something as long as what was asked for is not met, though nothing costs less', async () => {
  const far = await choose(farFrom(STILL), { need: 1 });
  expect(far.plan.actions.some((a) => Math.abs(a) > 0.08)).toBe(true);
  const met = await choose(farFrom(STILL), { need: 0.8 });
  expect([...met.plan.actions]).toEqual([...STILL]);
});

it('near the goal, rests unless a push is worth it', async () => {
  const gains = (px: number) => (actions: Float32Array) =>
    farFrom(FULL)(actions) === 0 ? 0 : farFrom(STILL)(actions) === 0 ? px : 5;
  const need = 0.5;
  expect(mayStop(need, CONFIG)).toBe(true);
  expect([...(await choose(gains(0.9 * CONFIG.worthPx), { need })).plan.actions]).toEqual([...STILL]);
  expect([...(await choose(gains(1.1 * CONFIG.worthPx), { need })).plan.actions]).toEqual([...FULL]);
  // Within what was asked for, but only just: resting is no better than any other plan.
  expect([...(await choose(gains(0.9 * CONFIG.worthPx), { need: 0.8 })).plan.actions]).toEqual([...FULL]);
});

it('takes what the search found when there is no time to judge it again', async () => {
  const { plan, calls } = await choose(farFrom(FULL), { hasTimeFor: () => false });
  expect([...plan.actions]).toEqual([...FULL]);
  expect(calls).toEqual([16]);
});

it('knows how long that takes from the largest call, not from one about a single candidate', async () => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const counts: number[] = [];
  const asked: number[] = [];
  // 20 ms a call, and 1 ms for each candidate.
  const costs = (_: Float32Array, count: number): Promise<Float32Array> => {
    counts.push(count);
    nowMs += 20 + count;
    return Promise.resolve(new Float32Array(count));
  };
  const hasTimeFor = (ms: number): boolean => {
    asked.push(ms);
    return false;
  };
  const shape = { horizon: HORIZON, actionDims: 1 };
  const mppi = createPlanner('mppi', { ...shape, candidates: 16, iterations: 1 });
  await choose(() => 0, { costs: { costs }, hasTimeFor }, mppi);
  expect(counts).toEqual([16, 1]);
  expect(asked).toEqual([(36 / 16) * CONFIG.finalists * CONFIG.copies]);
});
