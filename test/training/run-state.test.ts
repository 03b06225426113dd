import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ForesightError } from '../../src/spec/errors.ts';
import { appendMetrics, loadRunState, saveRunState, type RunState } from '../../src/training/run-state.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function runState(step: number): RunState {
  const values = (x: number) => ({
    'layer/weights': { shape: [2, 1], data: Float32Array.of(x, x + 0.5) },
    'layer/bias': { shape: [1], data: Float32Array.of(-x) },
  });
  const training = { step, weights: values(step), first: values(step + 10), second: values(step + 20) };
  return { training, elapsedMs: 1234.5, samplerState: 4_000_000_000 + step };
}

const config = { seed: 1, schedule: { rate: 0.1, horizons: [2, 4] } };

it('gives back what was saved, to the bit', async () => {
  const dir = await temporaryFolder();
  await saveRunState(dir, runState(7), config);
  expect(await loadRunState(dir, config)).toEqual(runState(7));
});

it('is null where there was no run', async () => {
  expect(await loadRunState(await temporaryFolder(), config)).toBeNull();
});

it('keeps the newest state only', async () => {
  const dir = await temporaryFolder();
  for (const step of [1, 2, 2, 3]) await saveRunState(dir, runState(step), config);
  expect((await loadRunState(dir, config))?.training.step).toBe(3);
  expect((await readdir(join(dir, 'training'))).toSorted()).toEqual(['progress.json', 'state-3.safetensors']);
});

it('drops metrics written after the state it resumes from', async () => {
  const dir = await temporaryFolder();
  await appendMetrics(dir, { step: 1 });
  await saveRunState(dir, runState(1), config);
  await appendMetrics(dir, { step: 2 });
  await loadRunState(dir, config);
  await appendMetrics(dir, { step: 2, again: true });
  const lines = (await readFile(join(dir, 'metrics.jsonl'), 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ step: 1 }, { step: 2, again: true }]);
});

it('takes the same settings in another order, and refuses others', async () => {
  const dir = await temporaryFolder();
  await saveRunState(dir, runState(1), config);
  const reordered = { schedule: { horizons: [2, 4], rate: 0.1 }, seed: 1 };
  expect(await loadRunState(dir, reordered)).not.toBeNull();
  for (const other of [
    { ...config, seed: 2 },
    { ...config, schedule: { rate: 0.1, horizons: [4, 2] } },
    { ...config, more: true },
  ]) {
    const loading = loadRunState(dir, other);
    await expect(loading).rejects.toThrow(`${dir}: holds a training run with other settings or data`);
    await expect(loading).rejects.toMatchObject({ next: expect.stringContaining('--out') as string });
  }
});

it.each([
  ['is cut short', '{"step": 3'],
  ['lacks a field', '{"step": 3}'],
])('says what to do when the progress file %s', async (_, text) => {
  const dir = await temporaryFolder();
  await saveRunState(dir, runState(1), config);
  const path = join(dir, 'training', 'progress.json');
  await writeFile(path, text);
  const error = await loadRunState(dir, config).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ForesightError);
  expect((error as ForesightError).message).toBe(`${path}: damaged; the run cannot be resumed`);
  expect((error as ForesightError).next).toContain(`rm -r ${join(dir, 'training')}`);
});

it('names the file when the tensors are damaged', async () => {
  const dir = await temporaryFolder();
  await saveRunState(dir, runState(5), config);
  await writeFile(join(dir, 'training', 'state-5.safetensors'), 'nothing');
  await expect(loadRunState(dir, config)).rejects.toThrow(
    'state-5.safetensors: not a whole safetensors file',
  );
});
