import { describe, expect, it } from 'vitest';
import type { CostFunction } from '../../src/planner/planner.ts';
import { createPlanner } from '../../src/planner/registry.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { ACTION_DIMS, HORIZON, plannerContract } from '../contract/planner.ts';

const shape = { horizon: HORIZON, actionDims: ACTION_DIMS };

plannerContract({
  name: 'icem',
  make: () => createPlanner('icem', { ...shape, candidates: 100, iterations: 6 }),
  bowl: 0.05,
});

describe('icem', () => {
  it('shrinks its population, but not below twice the elites', () => {
    const planner = createPlanner('icem', {
      candidates: 80,
      iterations: 4,
      shrink: 2,
      elites: 15,
      keptElites: 3,
    });
    expect(planner.populations()).toEqual([80, 40, 30, 30]);
  });

  it('keeps its elites: an iteration starts with the best of the one before', async () => {
    const asked: Float32Array[] = [];
    const costs: CostFunction = (candidates, count) => {
      asked.push(candidates.slice());
      return Promise.resolve(Float32Array.from({ length: count }, (_, n) => candidates[n]));
    };
    const config = {
      horizon: 1,
      actionDims: 1,
      candidates: 10,
      iterations: 3,
      elites: 3,
      keptElites: 2,
      shrink: 1,
    };
    const plan = await createPlanner('icem', config).plan({ costs }, {}, seededRandom(3));
    const best = asked[0].toSorted().subarray(0, 2);
    expect(asked[1].subarray(0, 2)).toEqual(best);
    expect(plan.iterations[0].best).toBe(best[0]);
    // The first guess of all is to stand still.
    expect(asked[0][0]).toBe(0);
  });

  it('tries the mean in the last iteration: the same sequence again when nothing varies', async () => {
    const config = { ...shape, candidates: 8, iterations: 1, initialStd: 1e-9, elites: 2, keptElites: 2 };
    const previous = {
      actions: new Float32Array(12).fill(0.1),
      mean: new Float32Array(12).fill(0.4),
      elites: [],
      cost: 0,
      iterations: [],
    };
    let first = new Float32Array();
    const costs: CostFunction = (candidates, count) => {
      first = candidates.slice(0, 12);
      return Promise.resolve(new Float32Array(count));
    };
    await createPlanner('icem', config).plan({ costs }, { previous }, seededRandom(0));
    // The last mean, shifted by one action.
    expect([...first]).toEqual([...new Float32Array(10).fill(0.4), 0, 0]);
  });
});
