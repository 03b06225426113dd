import { createPlanner } from '../../src/planner/registry.ts';
import { ACTION_DIMS, HORIZON, plannerContract } from '../contract/planner.ts';

plannerContract({
  name: 'random-shooting',
  make: () =>
    createPlanner('random-shooting', {
      horizon: HORIZON,
      actionDims: ACTION_DIMS,
      candidates: 600,
      std: 0.5,
    }),
  bowl: 0.5,
});
