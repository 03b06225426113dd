import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { replaceFile, replaceFileWith } from '../../src/files/atomic.ts';
import { temporaryFolder } from '../temporary-folder.ts';

it('writes text and bytes, makes the folder, and leaves only the file', async () => {
  const path = join(await temporaryFolder(), 'deep/er/file.bin');
  await replaceFileWith(path, 'first');
  await replaceFileWith(path, Uint8Array.of(1, 2, 255));
  expect([...(await readFile(path))]).toEqual([1, 2, 255]);
  expect(await readdir(dirname(path))).toEqual(['file.bin']);
});

it('shows the old content until the new one is whole', async () => {
  const path = join(await temporaryFolder(), 'file.txt');
  await writeFile(path, 'old');
  let during = '';
  await replaceFile(path, async (temporary) => {
    await writeFile(temporary, 'new');
    during = await readFile(path, 'utf8');
  });
  expect(during).toBe('old');
  expect(await readFile(path, 'utf8')).toBe('new');
});

it('gives the writer a name with the same extension, in the same folder', async () => {
  const path = join(await temporaryFolder(), 'film.mp4');
  let name = '';
  await replaceFile(path, async (temporary) => {
    name = temporary;
    await writeFile(temporary, '');
  });
  expect(dirname(name)).toBe(dirname(path));
  expect(basename(name)).not.toBe('film.mp4');
  expect(name.endsWith('.mp4')).toBe(true);
});

it('a writer that fails half-way leaves the old content and nothing else', async () => {
  const dir = await temporaryFolder();
  const path = join(dir, 'file.txt');
  await writeFile(path, 'old');
  const failing = replaceFile(path, async (temporary) => {
    await writeFile(temporary, 'ha');
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(dir)).toEqual(['file.txt']);
});

it('a target that cannot be replaced leaves no temporary file either', async () => {
  const dir = await temporaryFolder();
  const path = join(dir, 'taken');
  await mkdir(join(path, 'inside'), { recursive: true });
  await expect(replaceFileWith(path, 'text')).rejects.toThrow();
  expect(await readdir(dir)).toEqual(['taken']);
});
