import { describe, expect, it } from 'vitest';
import { trainingSchema } from '../../src/training/config.ts';
import { OBJECTIVE_DEFAULTS } from '../../src/training/objective.ts';
import { SCHEDULE_DEFAULTS } from '../../src/training/schedule.ts';

describe('the training config', () => {
  it('needs a budget only, and resolves to something that it takes back unchanged', () => {
    const config = trainingSchema.parse({ budget: { minutes: 5 } });
    expect(config).toMatchObject({ seed: 1, objective: OBJECTIVE_DEFAULTS, schedule: SCHEDULE_DEFAULTS });
    expect(trainingSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('fills in what a part leaves out', () => {
    const { schedule } = trainingSchema.parse({ budget: { steps: 9 }, schedule: { learningRate: 0.5 } });
    expect(schedule).toEqual({ ...SCHEDULE_DEFAULTS, learningRate: 0.5 });
  });

  it.each([
    ['no budget', {}],
    ['two budgets', { budget: { minutes: 5, steps: 9 } }],
    ['no time', { budget: { minutes: 0 } }],
    ['half a step', { budget: { steps: 0.5 } }],
    ['an unknown key', { budget: { steps: 9 }, learningRate: 0.1 }],
    ['an unknown key further down', { budget: { steps: 9 }, schedule: { rate: 0.1 } }],
    ['more held out than kept', { budget: { steps: 9 }, heldOut: 0.6 }],
    ['no horizon', { budget: { steps: 9 }, schedule: { horizons: [] } }],
  ])('refuses %s', (_, config) => {
    expect(trainingSchema.safeParse(config).success).toBe(false);
  });
});
