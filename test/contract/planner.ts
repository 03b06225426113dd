/** What every planner promises. */
import { describe, expect, it } from 'vitest';
import type { Costs, Plan, Planner } from '../../src/planner/planner.ts';
import { ForesightError } from '../../src/spec/errors.ts';
import { seededRandom } from '../../src/spec/random.ts';

export interface PlannerCase {
  readonly name: string;
  /** A planner over sequences of `HORIZON` actions with `ACTION_DIMS` numbers. */
  readonly make: () => Planner;
  /** How near to the bowl's minimum a plan must come, as a fraction of the cost of standing still. */
  readonly bowl: number;
  /** It carries out an average, which may cost more than the best that it saw. */
  readonly average?: boolean;
}

export const HORIZON = 6;
export const ACTION_DIMS = 2;
const WIDTH = HORIZON * ACTION_DIMS;
/** The difference in an action that gradients are measured over. */
const SMALL = 1e-3;

/** Wraps a cost of one sequence, and remembers everything that was asked. Gradients are central differences. */
function costOf(cost: (actions: Float32Array) => number): Costs & { counts: number[]; seen: number[] } {
  const counts: number[] = [];
  const seen: number[] = [];
  const costsOf = (candidates: Float32Array, count: number): Float32Array => {
    counts.push(count);
    const costs = Float32Array.from({ length: count }, (_, n) =>
      cost(candidates.subarray(n * WIDTH, (n + 1) * WIDTH)),
    );
    seen.push(...costs);
    return costs;
  };
  const slope = (candidates: Float32Array, i: number): number => {
    const [n, at] = [Math.floor(i / WIDTH), i % WIDTH];
    const [below, above] = [-SMALL, SMALL].map((change) => {
      const actions = candidates.slice(n * WIDTH, (n + 1) * WIDTH);
      actions[at] += change;
      return cost(actions);
    });
    return (above - below) / (2 * SMALL);
  };
  return {
    counts,
    seen,
    costs: (candidates, count) => Promise.resolve(costsOf(candidates, count)),
    gradients: (candidates, count) => {
      const gradients = candidates.map((_, i) => slope(candidates, i));
      return Promise.resolve({ costs: costsOf(candidates, count), gradients });
    },
  };
}

/** A bowl whose minimum, cost 0, is the constant action (0.5, -0.3). */
const bowl = (actions: Float32Array): number =>
  actions.reduce((sum, a, i) => sum + (a - (i % 2 === 0 ? 0.5 : -0.3)) ** 2, 0);

/** Where a sequence leads: the sum of its actions. */
function endOf(actions: Float32Array): [number, number] {
  const end: [number, number] = [0, 0];
  actions.forEach((a, i) => (end[i % 2] += a));
  return end;
}

/** A point walks to (3, 0); a round obstacle of radius 0.8 sits at (1.5, 0), and touching it costs 10. */
function obstacle(actions: Float32Array): number {
  let [x, y, cost] = [0, 0, 0];
  for (let i = 0; i < WIDTH; i += 2) {
    x += actions[i];
    y += actions[i + 1];
    if (Math.hypot(x - 1.5, y) < 0.8) cost += 10;
  }
  return cost + Math.hypot(x - 3, y);
}

export function plannerContract({ name, make, bowl: bowlBound, average = false }: PlannerCase): void {
  describe(`${name} keeps the planner contract`, () => {
    const plan = (costs: Costs, seed = 1, previous?: Plan): Promise<Plan> =>
      make().plan(costs, previous ? { previous } : {}, seededRandom(seed));

    it('comes near the minimum of a bowl', async () => {
      const found = await plan(costOf(bowl));
      expect(found.cost).toBeLessThan(bowlBound * bowl(new Float32Array(WIDTH)));
    });

    it('goes around an obstacle', async () => {
      const found = await plan(costOf(obstacle));
      expect(found.cost).toBeLessThan(1.2);
      expect(endOf(found.actions)[0]).toBeGreaterThan(1.8);
    });

    it('returns a sequence that it asked about, and its cost: the lowest seen unless it is an average', async () => {
      const costs = costOf(bowl);
      const found = await plan(costs);
      expect(found.cost).toBe(average ? costs.seen.at(-1) : Math.min(...costs.seen));
      expect(Math.fround(bowl(found.actions))).toBe(found.cost);
    });

    it('names the worst of what it tried last', async () => {
      const { worst, cost, iterations } = await plan(costOf(bowl));
      expect(Math.fround(bowl(worst!.actions))).toBe(worst!.cost);
      expect(worst!.cost).toBeGreaterThanOrEqual(iterations.at(-1)!.mean);
      expect(worst!.cost).toBeGreaterThan(cost);
    });

    it('gives the same plan for the same seed, another for another', async () => {
      const first = await plan(costOf(bowl), 5);
      expect(await plan(costOf(bowl), 5)).toEqual(first);
      expect((await plan(costOf(bowl), 6)).actions).not.toEqual(first.actions);
    });

    it('asks for as many candidates as it announced, all within -1..1', async () => {
      const costs = costOf((actions) => {
        // As far beyond as a gradient is measured.
        for (const a of actions) expect(Math.abs(a)).toBeLessThanOrEqual(1 + 2 * SMALL);
        return -Math.abs(endOf(actions)[0]);
      });
      const found = await plan(costs);
      expect(costs.counts).toEqual(make().populations());
      expect(found.iterations.map(({ count }) => count)).toEqual(make().populations());
      const again = costOf(bowl);
      await plan(again, 2, found);
      expect(again.counts).toEqual(make().populations());
    });

    it('plans better from a warm start than from nothing', async () => {
      let [cold, warm] = [0, 0];
      for (let seed = 0; seed < 8; seed++) {
        const previous = await plan(costOf(bowl), 100 + seed);
        cold += (await plan(costOf(bowl), seed)).cost;
        warm += (await plan(costOf(bowl), seed, previous)).cost;
      }
      expect(warm).toBeLessThan(cold);
    });

    it('tries proposals', async () => {
      const proposal = Float32Array.from({ length: WIDTH }, (_, i) => (i % 2 === 0 ? 0.5 : -0.3));
      const found = await make().plan(costOf(bowl), { proposals: [proposal] }, seededRandom(1));
      // An average has something of those beside it.
      expect(found.cost).toBeLessThan(average ? 1e-3 : 1e-6);
    });

    it('refuses a proposal of another length', async () => {
      const planned = make().plan(costOf(bowl), { proposals: [new Float32Array(3)] }, seededRandom(1));
      await expect(planned).rejects.toThrow('a proposal needs 6 x 2 = 12 numbers, got 3');
    });

    it('refuses a last plan with anything of another length', async () => {
      const last = await plan(costOf(bowl));
      const short = new Float32Array(3);
      for (const [what, changed] of [
        ['the previous plan', { actions: short }],
        ['the mean of the previous plan', { mean: short }],
        ['an elite of the previous plan', { elites: [...last.elites, short] }],
      ] as const) {
        const planned = plan(costOf(bowl), 1, { ...last, ...changed });
        await expect(planned).rejects.toThrow(`planner: ${what} needs 6 x 2 = 12 numbers, got 3`);
      }
    });

    it('lets errors of the cost function through', async () => {
      const lost = () => Promise.reject(new Error('engine lost'));
      await expect(plan({ costs: lost, gradients: lost })).rejects.toThrow('engine lost');
    });

    it('takes NaN as the worst cost', async () => {
      const found = await plan(costOf((actions) => (actions[0] > 0 ? NaN : bowl(actions))));
      expect(found.cost).not.toBeNaN();
      expect(found.actions[0]).toBeLessThanOrEqual(0);
    });

    it('says so when every cost is NaN', async () => {
      const planned = plan(costOf(() => NaN));
      await expect(planned).rejects.toThrow(ForesightError);
      await expect(planned).rejects.toThrow('are NaN');
    });
  });
}
