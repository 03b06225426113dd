import { describe, expect, test } from 'vitest';
import { untrainedModel } from '../../src/bench/untrained.ts';
import { openForesight, type OpenForesightOptions } from '../../src/control/open-foresight.ts';
import { saveCheckpoint } from '../../src/model/checkpoint.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { resizeFrame } from '../../src/video/resize.ts';
import { SMALL_NETWORK } from '../fixtures/hand-made.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const options: OpenForesightOptions = {
  planner: 'icem',
  plannerOptions: { candidates: 32, horizon: 6 },
  threads: 1,
  rescale: resizeFrame,
};

async function smallCheckpoint(): Promise<string> {
  const dir = await temporaryFolder();
  await saveCheckpoint(dir, untrainedModel(SMALL_NETWORK));
  return dir;
}

describe('a checkpoint opened to act', () => {
  test('makes controllers for its rig', async () => {
    const foresight = await openForesight(await smallCheckpoint(), options);
    expect(foresight.controller(simRig()).name).toBe('foresight');
    await foresight.close();
  });

  test('refuses a rig whose actions mean something else than in training', async () => {
    const foresight = await openForesight(await smallCheckpoint(), options);
    const rig = simRig();
    const slower = { ...rig, name: 'slow', action: { ...rig.action, scale: [0.02, 0.02, 0.02] } };
    expect(() => foresight.controller(slower)).toThrow(/x 0\.04 m.*'slow' has x 0\.02 m/);
    expect(() => foresight.controller({ ...rig, controlHz: 4 })).toThrow('at 4 Hz');
    await foresight.close();
  });

  test('a folder without one is an error that says how to make one', async () => {
    const dir = await temporaryFolder();
    await expect(openForesight(dir, options)).rejects.toMatchObject({
      next: expect.stringContaining(`--out ${dir}`) as string,
    });
  });
});
