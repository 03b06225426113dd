import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDataset } from '../../src/dataset/reader.ts';
import { verifyDataset } from '../../src/dataset/verify.ts';
import { simRig } from '../../src/rig/sim-rig.ts';

const SAMPLE = join(import.meta.dirname, '../../data/sample');

it('the dataset that comes with the project is whole', async () => {
  const { problems, episodes } = await verifyDataset(SAMPLE);
  expect(problems).toEqual([]);
  expect(episodes).toBe(8);
});

it('and was recorded with the simulated rig as it is now', async () => {
  const { rig } = await openDataset(SAMPLE);
  expect(rig).toEqual(simRig());
});
