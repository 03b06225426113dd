import { describe, expect, it } from 'vitest';
import { meanCosts } from '../../src/control/opinions.ts';
import type { Goals, Observed, RolloutSource } from '../../src/control/rollouts.ts';

/** An opinion that a candidate's one number costs so many times itself. */
const opinion = (slope: number): Observed => ({ slope }) as unknown as Observed;
const slopeOf = (observed: Observed): number => (observed as unknown as { slope: number }).slope;
const asked: string[] = [];
const simulator: RolloutSource = {
  observe: () => Promise.reject(new Error('not asked')),
  costs: (observed, _, candidates, count) => {
    asked.push(`costs of ${count} by ${slopeOf(observed)}`);
    return Promise.resolve(candidates.map((a) => slopeOf(observed) * a));
  },
};
const network: RolloutSource = {
  ...simulator,
  gradients: async (observed, goals, candidates, count) => ({
    costs: await simulator.costs(observed, goals, candidates, count),
    gradients: candidates.map(() => slopeOf(observed)),
  }),
};
const goals = {} as Goals;

describe('several opinions of what candidates do', () => {
  it('count alike, each asked once for all candidates', async () => {
    asked.length = 0;
    const { costs } = meanCosts(network, [opinion(2), opinion(4)], goals);
    expect([...(await costs(Float32Array.of(1, -1, 0.5), 3))]).toEqual([3, -3, 1.5]);
    expect(asked).toEqual(['costs of 3 by 2', 'costs of 3 by 4']);
  });

  it('have the mean slope too', async () => {
    const answer = await meanCosts(network, [opinion(2), opinion(5)], goals).gradients?.(
      Float32Array.of(1, 2),
      2,
    );
    expect([...(answer?.costs ?? [])]).toEqual([3.5, 7]);
    expect([...(answer?.gradients ?? [])]).toEqual([3.5, 3.5]);
  });

  it('are just the answer where there is one', async () => {
    expect([...(await meanCosts(network, [opinion(3)], goals).costs(Float32Array.of(1, 2), 2))]).toEqual([
      3, 6,
    ]);
  });

  it('have no slopes where the simulator has none', () => {
    expect(meanCosts(simulator, [opinion(1)], goals).gradients).toBeUndefined();
  });
});
