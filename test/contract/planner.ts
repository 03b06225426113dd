/** What every planner promises. */
import { describe, expect, it } from 'vitest';
import type { CostFunction, Plan, Planner } from '../../src/planner/planner.ts';
import { ForesightError } from '../../src/spec/errors.ts';
import { seededRandom } from '../../src/spec/random.ts';

export interface PlannerCase {
  readonly name: string;
  /** A planner over sequences of `HORIZON` actions with `ACTION_DIMS` numbers. */
  readonly make: () => Planner;
  /** How near to the bowl's minimum a plan must come, as a fraction of the cost of standing still. */
  readonly bowl: number;
}

export const HORIZON = 6;
export const ACTION_DIMS = 2;
const WIDTH = HORIZON * ACTION_DIMS;

/** Wraps a cost of one sequence, and remembers everything that was asked. */
function costOf(
  cost: (actions: Float32Array) => number,
): CostFunction & { counts: number[]; seen: number[] } {
  const counts: number[] = [];
  const seen: number[] = [];
  const fn = (candidates: Float32Array, count: number): Promise<Float32Array> => {
    counts.push(count);
    const costs = Float32Array.from({ length: count }, (_, n) =>
      cost(candidates.subarray(n * WIDTH, (n + 1) * WIDTH)),
    );
    seen.push(...costs);
    return Promise.resolve(costs);
  };
  return Object.assign(fn, { counts, seen });
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

export function plannerContract({ name, make, bowl: bowlBound }: PlannerCase): void {
  describe(`${name} keeps the planner contract`, () => {
    const plan = (costs: CostFunction, seed = 1, previous?: Plan): Promise<Plan> =>
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

    it('returns the sequence with the lowest cost it ever saw, and that cost', async () => {
      const costs = costOf(bowl);
      const found = await plan(costs);
      expect(found.cost).toBe(Math.min(...costs.seen));
      expect(Math.fround(bowl(found.actions))).toBe(found.cost);
    });

    it('gives the same plan for the same seed, another for another', async () => {
      const first = await plan(costOf(bowl), 5);
      expect(await plan(costOf(bowl), 5)).toEqual(first);
      expect((await plan(costOf(bowl), 6)).actions).not.toEqual(first.actions);
    });

    it('asks for as many candidates as it announced, all within -1..1', async () => {
      const costs = costOf((actions) => {
        for (const a of actions) expect(Math.abs(a)).toBeLessThanOrEqual(1);
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
      expect(found.cost).toBeLessThan(1e-6);
    });

    it('refuses a proposal of another length', async () => {
      const planned = make().plan(costOf(bowl), { proposals: [new Float32Array(3)] }, seededRandom(1));
      await expect(planned).rejects.toThrow('a proposal needs 6 x 2 = 12 numbers, got 3');
    });

    it('lets errors of the cost function through', async () => {
      await expect(plan(() => Promise.reject(new Error('engine lost')))).rejects.toThrow('engine lost');
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
