import { describe, expect, it } from 'vitest';
import type { Costs } from '../../src/planner/planner.ts';
import { createPlanner } from '../../src/planner/registry.ts';
import { ForesightError } from '../../src/spec/errors.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { ACTION_DIMS, HORIZON, plannerContract } from '../contract/planner.ts';

const shape = { horizon: HORIZON, actionDims: ACTION_DIMS };

plannerContract({
  name: 'gradient',
  make: () => createPlanner('gradient', { ...shape, candidates: 300, starts: 4, descents: 8 }),
  bowl: 0.05,
});

/** The squared distance of every number from `to`, each counted `weight` times, with its own gradient. */
function quadratic(to: number, weight: number) {
  const asked: number[] = [];
  const costsOf = (candidates: Float32Array, count: number): Float32Array => {
    asked.push(count);
    const width = candidates.length / count;
    return Float32Array.from({ length: count }, (_, n) =>
      candidates.subarray(n * width, (n + 1) * width).reduce((sum, x) => sum + weight * (x - to) ** 2, 0),
    );
  };
  const costs: Costs = {
    costs: (candidates, count) => Promise.resolve(costsOf(candidates, count)),
    gradients: (candidates, count) =>
      Promise.resolve({
        costs: costsOf(candidates, count),
        gradients: candidates.map((x) => 2 * weight * (x - to)),
      }),
  };
  return { costs, asked };
}

describe('gradient descent', () => {
  const from = { ...shape, candidates: 2, starts: 1, std: 1e-6 };

  it.each([1e-3, 1, 1e3])('reaches the minimum of a quadratic, however steep: %d', async (weight) => {
    const { costs, asked } = quadratic(0.4, weight);
    const planner = createPlanner('gradient', { ...from, descents: 60 });
    const plan = await planner.plan(costs, {}, seededRandom(1));
    for (const action of plan.actions) expect(Math.abs(action - 0.4)).toBeLessThan(0.01);
    expect(asked).toEqual(planner.populations());
  });

  it('moves every number by the size of a step at first, downhill', async () => {
    const { costs } = quadratic(0.4, 7);
    const planner = createPlanner('gradient', { ...from, descents: 1, stepSize: 0.03 });
    const { actions } = await planner.plan(costs, {}, seededRandom(1));
    for (const action of actions) expect(action).toBeCloseTo(0.03, 4);
  });

  it('ends on the edge of what actions can be when the minimum lies beyond', async () => {
    const { costs } = quadratic(3, 1);
    const planner = createPlanner('gradient', { ...from, descents: 40 });
    const { actions } = await planner.plan(costs, {}, seededRandom(1));
    expect([...actions]).toEqual(new Array(HORIZON * ACTION_DIMS).fill(1));
  });

  it('follows the best few candidates, each down its own slope', async () => {
    // Two valleys; the second is the deeper one, and its slope starts higher up.
    const valleys = (x: number): [number, number] =>
      x < 0 ? [(x + 0.5) ** 2, 2 * (x + 0.5)] : [4 * (x - 0.5) ** 2 - 0.9, 8 * (x - 0.5)];
    const costs: Costs = {
      costs: (candidates) => Promise.resolve(candidates.map((x) => valleys(x)[0])),
      gradients: (candidates) =>
        Promise.resolve({
          costs: candidates.map((x) => valleys(x)[0]),
          gradients: candidates.map((x) => valleys(x)[1]),
        }),
    };
    const proposals = [-0.6, 0.99].map((x) => Float32Array.of(x));
    const found = async (starts: number): Promise<number> => {
      const config = { horizon: 1, actionDims: 1, candidates: 3, starts, descents: 30 };
      const plan = await createPlanner('gradient', config).plan(costs, { proposals }, seededRandom(1));
      return plan.actions[0];
    };
    // At first they cost 0.01 and 0.06, and standing still 0.1.
    expect(await found(1)).toBeCloseTo(-0.5, 1);
    expect(await found(2)).toBeCloseTo(0.5, 1);
  });

  it('leaves alone what has no finite slope', async () => {
    const { costs } = quadratic(0.4, 1);
    const broken: Costs = {
      costs: costs.costs,
      gradients: async (candidates, count) => {
        const answer = await costs.gradients!(candidates, count);
        return { ...answer, gradients: answer.gradients.map((slope, i) => (i === 0 ? NaN : slope)) };
      },
    };
    const plan = await createPlanner('gradient', { ...from, descents: 60 }).plan(broken, {}, seededRandom(1));
    expect(Math.abs(plan.actions[0])).toBeLessThan(1e-5);
    expect(plan.actions[1]).toBeCloseTo(0.4, 1);
  });

  it('needs gradients, and says so when costs have none', async () => {
    const { costs } = quadratic(0.4, 1).costs;
    const planned = createPlanner('gradient', shape).plan({ costs }, {}, seededRandom(1));
    await expect(planned).rejects.toThrow(ForesightError);
    await expect(planned).rejects.toThrow('needs costs that can be differentiated');
  });
});
