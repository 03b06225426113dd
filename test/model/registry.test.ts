import { expect, it } from 'vitest';
import { createPredictor, defaultNetwork, networkSchema, NETWORKS } from '../../src/model/registry.ts';
import { ForesightError } from '../../src/spec/errors.ts';
import { testRig } from '../fixtures/rig.ts';

const frame = { height: 48, width: 64 };

it('builds every network it names, for the frame asked for', () => {
  for (const name of NETWORKS) {
    const predictor = createPredictor(defaultNetwork(name, frame), testRig(frame));
    expect(predictor.name).toBe(name);
    expect(predictor.frame).toEqual(frame);
    expect(Object.keys(predictor.weightSpecs()).length).toBeGreaterThan(0);
  }
});

it('fills in defaults that it takes back unchanged', () => {
  const config = defaultNetwork('rigid');
  expect(config.frame).toEqual({ height: 60, width: 80 });
  expect(networkSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
});

it('refuses an unknown network and names those there are', () => {
  expect(() => defaultNetwork('transformer')).toThrow(ForesightError);
  expect(() => defaultNetwork('transformer')).toThrow('unknown network "transformer"; there are: rigid');
});

it('refuses unknown settings and sizes that do not divide', () => {
  const config = defaultNetwork('rigid');
  expect(networkSchema.safeParse({ ...config, depth: 3 }).success).toBe(false);
  expect(networkSchema.safeParse({ ...config, cells: 30 }).success).toBe(false);
  expect(networkSchema.safeParse({ ...config, cellM: 0 }).success).toBe(false);
});
