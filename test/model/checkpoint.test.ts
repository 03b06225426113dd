import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import { loadCheckpoint, saveCheckpoint } from '../../src/model/checkpoint.ts';
import { ForesightError } from '../../src/spec/errors.ts';
import {
  handMadeWeights,
  moveBy,
  SMALL_FRAME,
  SMALL_NETWORK,
  SMALL_PREDICTOR,
  SMALL_RIG,
} from '../fixtures/hand-made.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const checkpoint: Checkpoint = {
  network: SMALL_NETWORK,
  rig: SMALL_RIG,
  training: { seed: 3, reached: { step: 12 } },
  weights: handMadeWeights('first motion', moveBy(1, 2)),
};

async function saved(changed: Partial<Checkpoint> = {}): Promise<string> {
  const dir = await temporaryFolder();
  await saveCheckpoint(dir, { ...checkpoint, ...changed });
  return dir;
}

/** Rewrites config.json by hand. */
async function edit(dir: string, change: (config: Record<string, unknown>) => unknown): Promise<void> {
  const path = join(dir, 'config.json');
  const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify(change(config)));
}

it('is loaded as it was saved, with its network built', async () => {
  const { predictor, ...loaded } = await loadCheckpoint(await saved());
  // JSON has no -0, which a projection may well hold.
  const rig = JSON.parse(JSON.stringify(SMALL_RIG)) as typeof SMALL_RIG;
  expect(loaded).toEqual({ ...checkpoint, rig });
  expect(predictor.name).toBe('rigid');
  expect(predictor.frame).toEqual(SMALL_FRAME);
});

it('can be saved over another one', async () => {
  const dir = await saved();
  await saveCheckpoint(dir, { ...checkpoint, weights: handMadeWeights('still') });
  expect((await loadCheckpoint(dir)).weights).toEqual(handMadeWeights('still'));
});

describe('says what is wrong', () => {
  it('when there is none, and how to make one', async () => {
    const dir = join(await temporaryFolder(), 'nothing');
    const error = await loadCheckpoint(dir).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ForesightError);
    const { message, next } = error as ForesightError;
    expect(message).toBe(`${join(dir, 'config.json')}: no checkpoint there`);
    expect(next).toContain(`foresight train --data data/play --out ${dir}`);
  });

  it('when its weights are gone', async () => {
    const dir = await saved();
    await rm(join(dir, 'weights.safetensors'));
    await expect(loadCheckpoint(dir)).rejects.toThrow('weights.safetensors: cannot be read');
  });

  it.each([
    ['is not JSON', '{"format": 1,'],
    ['is of another format', '{"format": 2}'],
    ['lacks everything', '{}'],
  ])('when its config %s', async (_, text) => {
    const dir = await saved();
    await writeFile(join(dir, 'config.json'), text);
    const loading = loadCheckpoint(dir);
    await expect(loading).rejects.toThrow(ForesightError);
    await expect(loading).rejects.toThrow(`${join(dir, 'config.json')}: not a checkpoint's config`);
  });

  it('when its config has a field it does not know, which it names', async () => {
    const dir = await saved();
    await edit(dir, (config) => ({ ...config, surprise: 1 }));
    await expect(loadCheckpoint(dir)).rejects.toThrow('surprise');
  });

  it('when its rig is damaged, naming the field', async () => {
    const dir = await saved();
    await edit(dir, (config) => ({ ...config, rig: { ...SMALL_RIG, controlHz: -1 } }));
    await expect(loadCheckpoint(dir)).rejects.toThrow('config.json: controlHz');
  });

  it('when a weight has another shape than its network, naming the weight', async () => {
    const expected = SMALL_PREDICTOR.weightSpecs()['motion/bias'].shape;
    const weights = { ...handMadeWeights('still'), 'motion/bias': { shape: [2], data: new Float32Array(2) } };
    await expect(loadCheckpoint(await saved({ weights }))).rejects.toThrow(
      `weight "motion/bias": expected [${expected.join(', ')}], got [2]`,
    );
  });

  it('when a weight is missing', async () => {
    const { 'dense/weights': _, ...weights } = handMadeWeights('still');
    const expected = SMALL_PREDICTOR.weightSpecs()['dense/weights'].shape;
    await expect(loadCheckpoint(await saved({ weights }))).rejects.toThrow(
      `weight "dense/weights": expected [${expected.join(', ')}], got nothing`,
    );
  });
});
