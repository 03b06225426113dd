import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { paths } from '../../src/dataset/layout.ts';
import { leaveOut, readLeftOut } from '../../src/dataset/left-out.ts';
import { repairDataset } from '../../src/dataset/repair.ts';
import { verifyDataset } from '../../src/dataset/verify.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writeSynthetic } from './synthetic.ts';

it('is remembered, undone, and no fault of the dataset', async () => {
  const dir = await temporaryFolder();
  await writeSynthetic(dir, 3, 4);
  expect([...(await readLeftOut(dir))]).toEqual([]);
  expect(await leaveOut(dir, [2, 0], true)).toEqual([0, 2]);
  expect([...(await readLeftOut(dir))]).toEqual([0, 2]);
  expect((await verifyDataset(dir)).problems).toEqual([]);
  expect(await leaveOut(dir, [0], false)).toEqual([2]);
});

it('only of episodes that there are', async () => {
  const dir = await temporaryFolder();
  await writeSynthetic(dir, 2, 4);
  await expect(leaveOut(dir, [2], true)).rejects.toThrow('no episode 2; it holds 2');
});

it('a damaged file is named, and found by verify', async () => {
  const dir = await temporaryFolder();
  await writeSynthetic(dir, 1, 4);
  await writeFile(join(dir, paths.leftOut), '{"episodes": "none"}');
  await expect(readLeftOut(dir)).rejects.toThrow('left_out.json: expected');
  expect((await verifyDataset(dir)).problems.map(({ file }) => file)).toEqual([paths.leftOut]);
});

it('stays with its episodes when a repair renumbers them', async () => {
  const dir = await temporaryFolder();
  await writeSynthetic(dir, 4, 4);
  await leaveOut(dir, [0, 3], true);
  await truncate(join(dir, paths.video(1)), 100);
  const { asideDir } = await repairDataset(dir);
  onTestFinished(() => rm(asideDir ?? '', { recursive: true, force: true }));
  expect([...(await readLeftOut(dir))]).toEqual([0, 2]);
});
