import { describe, expect, it } from 'vitest';
import { pathIntegralWeights } from '../../src/planner/mppi.ts';
import type { CostFunction, Plan } from '../../src/planner/planner.ts';
import { createPlanner } from '../../src/planner/registry.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { ACTION_DIMS, HORIZON, plannerContract } from '../contract/planner.ts';

plannerContract({
  name: 'mppi',
  make: () =>
    createPlanner('mppi', {
      horizon: HORIZON,
      actionDims: ACTION_DIMS,
      candidates: 150,
      iterations: 2,
      temperature: 0.01,
    }),
  bowl: 0.4,
  average: true,
});

describe('the weights of path integrals', () => {
  it('by hand: a temperature of cost more counts 1 / e as much', () => {
    const weights = pathIntegralWeights([5, 5 + Math.log(2), 5 + Math.log(4)], 1);
    [4 / 7, 2 / 7, 1 / 7].forEach((weight, n) => expect(weights[n]).toBeCloseTo(weight, 12));
    const cold = pathIntegralWeights([5, 5 + Math.log(2), 5 + Math.log(4)], 0.5);
    [16 / 21, 4 / 21, 1 / 21].forEach((weight, n) => expect(cold[n]).toBeCloseTo(weight, 12));
  });

  it('do not care where costs start, and leave out what costs infinitely much', () => {
    expect(pathIntegralWeights([1e6, 1e6, Infinity], 1)).toEqual([0.5, 0.5, 0]);
    expect(pathIntegralWeights([-1e6, 0], 0.1)).toEqual([1, 0]);
  });
});

describe('the average of two proposals and the mean', () => {
  const [far, back] = [0.8, -0.4].map(Math.fround);

  /** A plan of one action from them, where their average costs so much, and what was asked for it. */
  async function averaged(averageCost: number): Promise<{ plan: Plan; asked: number[][] }> {
    const proposals = [Float32Array.of(far), Float32Array.of(back)];
    const costOf = new Map([[0, 0], [far, Math.log(2)], [back, Math.log(4)]]); // prettier-ignore
    const asked: number[][] = [];
    const costs: CostFunction = (candidates, count) => {
      asked.push([...candidates]);
      const each = [...candidates].map((action) => costOf.get(action) ?? averageCost);
      expect(each).toHaveLength(count);
      return Promise.resolve(Float32Array.from(each));
    };
    const config = { horizon: 1, actionDims: 1, candidates: 3, iterations: 1, temperature: 1 };
    const plan = await createPlanner('mppi', config).plan({ costs }, { proposals }, seededRandom(1));
    return { plan, asked };
  }

  it('is carried out, weighted by hand', async () => {
    const { plan, asked } = await averaged(9);
    expect(asked[0]).toEqual([0, far, back]);
    // Weights 4/7, 2/7 and 1/7.
    expect(plan.actions[0]).toBeCloseTo((2 * 0.8 - 0.4) / 7, 6);
    expect(asked[1]).toEqual([plan.actions[0]]);
    expect(plan.cost).toBe(9);
    expect(plan.mean).toEqual(plan.actions);
  });

  // Asked about alone, it was once the plan's only elite: the controller had nothing else to judge again.
  it('is one of several elites, in its place among those that were drawn, and the worst was drawn too', async () => {
    const { plan } = await averaged(0.5);
    const [average] = plan.actions;
    expect(plan.elites.map(([action]) => action)).toEqual([0, average, far, back]);
    expect([...plan.worst!.actions]).toEqual([back]);
    expect(plan.worst!.cost).toBeCloseTo(Math.log(4), 6);
    // It is an iteration of its own all the same, and may be the best of all.
    expect(plan.iterations.map(({ count }) => count)).toEqual([3, 1]);
    expect((await averaged(-1)).plan.elites[0]).toEqual(plan.actions);
  });
});

it('draws less widely from iteration to iteration', async () => {
  const spreads: number[] = [];
  const costs: CostFunction = (candidates, count) => {
    const centre = candidates.reduce((a, b) => a + b, 0) / count;
    spreads.push(Math.sqrt(candidates.reduce((sum, x) => sum + (x - centre) ** 2, 0) / count));
    return Promise.resolve(new Float32Array(count));
  };
  const config = { horizon: 1, actionDims: 1, candidates: 4000, iterations: 3, std: 0.2, narrowing: 0.5 };
  await createPlanner('mppi', config).plan({ costs }, {}, seededRandom(1));
  [0.2, 0.1, 0.05].forEach((std, i) => expect(Math.abs(spreads[i] / std - 1)).toBeLessThan(0.05));
});
