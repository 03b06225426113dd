import { expect, it } from 'vitest';
import { createPlanner, plannerNames, resolvePlannerConfig } from '../../src/planner/registry.ts';

it('names the planners there are when asked for another', () => {
  expect(() => createPlanner('genetic')).toThrow("there is no planner 'genetic'");
  expect(() => createPlanner('toString')).toThrow('there is no planner');
  expect(plannerNames).toEqual(['icem', 'cem', 'mppi', 'gradient', 'random-shooting']);
});

it('refuses unknown keys and impossible counts', () => {
  expect(() => createPlanner('cem', { candidate: 10 })).toThrow('Unrecognized key: "candidate"');
  expect(() => createPlanner('cem', { candidates: 10, elites: 11 })).toThrow(
    'elites: expected at most as many',
  );
  expect(() => createPlanner('icem', { elites: 5, keptElites: 6 })).toThrow('keptElites');
});

it('says what the settings are when there is no such one', () => {
  const misspelt = (): unknown => createPlanner('mppi', { temprature: 1 });
  expect(misspelt).toThrow(
    expect.objectContaining({ next: expect.stringContaining('temperature') as string }),
  );
});

it('fills in every default', () => {
  expect(resolvePlannerConfig('random-shooting', { horizon: 7 })).toEqual({
    candidates: 72,
    horizon: 7,
    actionDims: 3,
    beta: 2,
    std: 0.6,
  });
});
