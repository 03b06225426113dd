import { describe, expect, it } from 'vitest';
import { createPredictor, defaultNetwork, networkSchema, NETWORKS } from '../../src/model/registry.ts';
import { ForesightError } from '../../src/spec/errors.ts';
import { testRig } from '../fixtures/rig.ts';

const frame = { height: 48, width: 64 };

it('knows the networks of the field beside our own', () => {
  expect(NETWORKS).toEqual(['rigid', 'cdna', 'dna', 'stp', 'sna']);
});

describe.each(NETWORKS)('%s', (name) => {
  it('is built for the frame asked for', () => {
    const predictor = createPredictor(defaultNetwork(name, { frame }), testRig(frame));
    expect(predictor.name).toBe(name);
    expect(predictor.frame).toEqual(frame);
    expect(Object.keys(predictor.weightSpecs()).length).toBeGreaterThan(0);
  });

  it('has defaults that are taken back unchanged, its own size of frames among them', () => {
    const config = defaultNetwork(name);
    expect(config.frame).toEqual(name === 'rigid' ? { height: 90, width: 120 } : { height: 64, width: 64 });
    expect(networkSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('refuses unknown settings', () => {
    expect(networkSchema.safeParse({ ...defaultNetwork(name), depth: 3 }).success).toBe(false);
  });
});

it('refuses an unknown network and names those there are', () => {
  expect(() => defaultNetwork('transformer')).toThrow(ForesightError);
  expect(() => defaultNetwork('transformer')).toThrow(
    'unknown network "transformer"; there are: rigid, cdna, dna, stp, sna',
  );
  expect(() => defaultNetwork('toString')).toThrow('unknown network "toString"');
});

it('refuses sizes that do not divide', () => {
  const [rigid, cdna] = [defaultNetwork('rigid'), defaultNetwork('cdna')];
  expect(networkSchema.safeParse({ ...rigid, cells: 30 }).success).toBe(false);
  expect(networkSchema.safeParse({ ...rigid, cellM: 0 }).success).toBe(false);
  expect(networkSchema.safeParse({ ...cdna, frame: { height: 60, width: 80 } }).success).toBe(false);
  expect(networkSchema.safeParse({ ...cdna, kernel: 4 }).success).toBe(false);
});
