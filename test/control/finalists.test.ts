import { describe, expect, it } from 'vitest';
import { reconsider } from '../../src/control/finalists.ts';
import type { Costs, Plan } from '../../src/planner/planner.ts';
import { seededRandom } from '../../src/spec/random.ts';

const CONFIG = { finalists: 3, copies: 4, shake: 0.1, commitment: 0.3 };

/** A plan of one action (x, y, z) a candidate, and its elites. */
function planOf(...elites: number[][]): Plan {
  const [first] = elites;
  const actions = Float32Array.from(first);
  return {
    actions,
    mean: actions,
    cost: 0,
    elites: elites.map((elite) => Float32Array.from(elite)),
    iterations: [{ best: 0, mean: 1, count: 9 }],
  };
}

/** Asks one cost of each candidate and remembers what it was asked about. */
function costsOf(cost: (action: number[]) => number): Costs & { asked: number[][] } {
  const asked: number[][] = [];
  return {
    asked,
    costs: (candidates, count) => {
      const rows = Array.from({ length: count }, (_, n) => [...candidates.subarray(3 * n, 3 * n + 3)]);
      asked.push(...rows);
      return Promise.resolve(Float32Array.from(rows, cost));
    },
  };
}

describe('judging the finalists again', () => {
  it('prefers a push that works from all around to one that needs an exact place', async () => {
    const narrow = [0.5, 0, 0];
    const broad = [-0.5, 0, 0];
    const costs = costsOf(([x]) => (x < 0 ? 1 : Math.abs(x - 0.5) < 1e-6 ? 0 : 10));
    const plan = await reconsider(planOf(narrow, broad), costs, seededRandom(1), [], CONFIG);
    expect([...plan.actions]).toEqual(broad);
    expect(plan.cost).toBe(1);
    // What the search looked like is reported as it was.
    expect(plan.iterations).toEqual([{ best: 0, mean: 1, count: 9 }]);
  });

  it('asks about each as it is once, and about copies whose first step lands elsewhere on the table', async () => {
    const costs = costsOf(() => 1);
    await reconsider(planOf([0.2, 0.2, 0.2], [0.4, 0.4, 0.4]), costs, seededRandom(1), [], CONFIG);
    // As many as ever, two finalists or three: these are compiled programs.
    expect(costs.asked).toHaveLength(12);
    costs.asked.forEach(([x, y, z], i) => {
      const own = Math.floor(i / 4) % 2 === 0 ? 0.2 : 0.4;
      expect(z).toBeCloseTo(own, 6);
      const moved = Math.hypot(x - own, y - own);
      if (i % 4 === 0) expect(moved).toBeLessThan(1e-6);
      else expect(moved).toBeGreaterThan(1e-3);
    });
  });

  it('shakes all alike and to both sides: what differs is how good they are, not how they were shaken', async () => {
    const costs = costsOf(() => 1);
    const plan = planOf([0, 0, 0], [0.25, 0.25, 0], [-0.5, 0.5, 0]);
    await reconsider(plan, costs, seededRandom(1), [], { ...CONFIG, copies: 5 });
    const shakes = [0, 1, 2].map((k) =>
      costs.asked.slice(5 * k, 5 * k + 5).map(([x, y]) => [x - plan.elites[k][0], y - plan.elites[k][1]]),
    );
    const [first, ...others] = shakes;
    for (const other of others) {
      other.flat().forEach((by, i) => expect(by).toBeCloseTo(first.flat()[i], 6));
    }
    for (const k of [1, 3]) first[k].forEach((by, d) => expect(first[k + 1][d]).toBeCloseTo(-by, 6));
    expect(first[1]).not.toEqual(first[3]);
  });

  it('keeps shaken actions within their range', async () => {
    const costs = costsOf(() => 1);
    await reconsider(planOf([1, -1, 0], [-1, 1, 0]), costs, seededRandom(2), [], { ...CONFIG, shake: 5 });
    expect(Math.max(...costs.asked.flat().map(Math.abs))).toBe(1);
  });

  it('takes a cost that is no number as the worst, and the first of equals', async () => {
    const costs = costsOf(([x]) => (x > 0.3 ? NaN : 2));
    const plan = await reconsider(planOf([0.9, 0, 0], [0, 0, 0], [-0.5, 0, 0]), costs, seededRandom(1), [], {
      ...CONFIG,
      shake: 0.01,
    });
    expect([...plan.actions]).toEqual([0, 0, 0]);
  });

  it('takes a favourite unless another is better by its credit', async () => {
    const last = Float32Array.of(-0.5, 0, 0);
    const other = [0.5, 0, 0];
    const better = (by: number) => costsOf(([x]) => (x < 0 ? 2 : 2 - by));
    const favourites = [{ actions: last, credit: 0.3 }];
    const after = (by: number) => reconsider(planOf(other), better(by), seededRandom(1), favourites, CONFIG);
    expect([...(await after(0.2)).actions]).toEqual([...last]);
    expect((await after(0.2)).cost).toBe(2);
    expect([...(await after(0.4)).actions]).toEqual(other);
  });

  it('leaves a plan alone when there is nothing to choose from', async () => {
    const costs = costsOf(() => 1);
    const alone = planOf([0.2, 0, 0]);
    expect(await reconsider(alone, costs, seededRandom(1), [], CONFIG)).toBe(alone);
    const several = planOf([0.2, 0, 0], [0.3, 0, 0]);
    expect(await reconsider(several, costs, seededRandom(1), [], { ...CONFIG, finalists: 0 })).toBe(several);
    expect(costs.asked).toEqual([]);
  });
});
