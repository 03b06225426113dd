import { describe, expect, it } from 'vitest';
import { pathIntegralWeights } from '../../src/planner/mppi.ts';
import type { CostFunction } from '../../src/planner/planner.ts';
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

it('carries out the average of two proposals and the mean, weighted by hand', async () => {
  const proposals = [Float32Array.of(0.8), Float32Array.of(-0.4)];
  const costOf = new Map([[Math.fround(0.8), Math.log(2)], [Math.fround(-0.4), Math.log(4)], [0, 0]]); // prettier-ignore
  const asked: number[][] = [];
  const costs: CostFunction = (candidates, count) => {
    asked.push([...candidates]);
    return Promise.resolve(Float32Array.from({ length: count }, (_, n) => costOf.get(candidates[n]) ?? 9));
  };
  const config = { horizon: 1, actionDims: 1, candidates: 3, iterations: 1, temperature: 1 };
  const plan = await createPlanner('mppi', config).plan({ costs }, { proposals }, seededRandom(1));
  expect(asked[0]).toEqual([0, Math.fround(0.8), Math.fround(-0.4)]);
  // Weights 4/7, 2/7 and 1/7.
  expect(plan.actions[0]).toBeCloseTo((2 * 0.8 - 0.4) / 7, 6);
  expect(asked[1]).toEqual([plan.actions[0]]);
  expect(plan.cost).toBe(9);
  expect(plan.mean).toEqual(plan.actions);
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
