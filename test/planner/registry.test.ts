import { expect, it } from 'vitest';
import { createPlanner, plannerNames, resolvePlannerConfig } from '../../src/planner/registry.ts';

it('names the planners there are when asked for another', () => {
  expect(() => createPlanner('mppi')).toThrow("there is no planner 'mppi'");
  expect(() => createPlanner('toString')).toThrow('there is no planner');
  expect(plannerNames).toEqual(['cem', 'random-shooting']);
});

it('refuses unknown keys and impossible counts', () => {
  expect(() => createPlanner('cem', { candidate: 10 })).toThrow('Unrecognized key: "candidate"');
  expect(() => createPlanner('cem', { candidates: 10, elites: 11 })).toThrow(
    'elites: expected at most as many',
  );
  expect(() => createPlanner('cem', { elites: 5, keptElites: 6 })).toThrow('keptElites');
});

it('fills in every default', () => {
  expect(resolvePlannerConfig('random-shooting', { horizon: 7 })).toEqual({
    candidates: 160,
    horizon: 7,
    actionDims: 3,
    beta: 2,
    std: 0.6,
  });
});
