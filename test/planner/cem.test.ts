import { describe, expect, it } from 'vitest';
import type { CostFunction } from '../../src/planner/planner.ts';
import { createPlanner } from '../../src/planner/registry.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { ACTION_DIMS, HORIZON, plannerContract } from '../contract/planner.ts';

const shape = { horizon: HORIZON, actionDims: ACTION_DIMS };

plannerContract({
  name: 'cem',
  make: () => createPlanner('cem', { ...shape, candidates: 100, iterations: 6, elites: 10 }),
  bowl: 0.05,
});

describe('cem', () => {
  /** Plans for one number an action, and remembers what was asked. */
  async function planned(config: Record<string, number>, mean?: Float32Array) {
    const asked: number[][] = [];
    const costs: CostFunction = (candidates, count) => {
      asked.push([...candidates]);
      return Promise.resolve(Float32Array.from({ length: count }, (_, n) => Math.abs(candidates[n] - 0.7)));
    };
    const previous = mean && { actions: mean, mean, elites: [mean], cost: 0, iterations: [] };
    const planner = createPlanner('cem', { horizon: 1, actionDims: 1, ...config });
    const plan = await planner.plan({ costs }, previous ? { previous } : {}, seededRandom(3));
    return { asked, plan };
  }

  it('is fitted to its elites: their mean and standard deviation are the next iteration', async () => {
    const config = { candidates: 2000, iterations: 2, elites: 50, minStd: 0 };
    const { asked } = await planned(config);
    const elites = asked[0].toSorted((a, b) => Math.abs(a - 0.7) - Math.abs(b - 0.7)).slice(0, 50);
    const moments = (values: number[]): [number, number] => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return [mean, Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length)];
    };
    const [mean, std] = moments(elites);
    const [nextMean, nextStd] = moments(asked[1]);
    expect(Math.abs(nextMean - mean)).toBeLessThan(0.1 * std);
    expect(Math.abs(nextStd / std - 1)).toBeLessThan(0.1);
  });

  it('keeps no candidate: not from iteration to iteration, nor standing still, nor the last plan', async () => {
    const { asked } = await planned({ candidates: 20, iterations: 3, elites: 4 }, Float32Array.of(0.2));
    const all = asked.flat();
    expect(new Set(all).size).toBe(60);
    expect(all).not.toContain(0);
  });

  it('starts around the last mean, shifted', async () => {
    const mean = Float32Array.of(0.9, 0.4);
    const { asked } = await planned({ horizon: 2, candidates: 10, elites: 2, initialStd: 1e-9 }, mean);
    for (const value of asked[0].filter((_, i) => i % 2 === 0)) expect(value).toBeCloseTo(0.4, 6);
    for (const value of asked[0].filter((_, i) => i % 2 === 1)) expect(value).toBeCloseTo(0, 6);
  });
});
