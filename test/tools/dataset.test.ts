import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeSynthetic } from '../dataset/synthetic.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { foresight, foresightJson } from './run-foresight.ts';

describe('foresight dataset', () => {
  test('info counts what is there', async () => {
    const dir = await temporaryFolder();
    await writeSynthetic(dir, 2, 5);
    expect(await foresightJson(['dataset', 'info', dir])).toMatchObject({
      rig: 'synthetic',
      size: '32x24',
      episodes: 2,
      controlSteps: 10,
      frames: 12,
    });
  });

  test('verify finds a video that was cut short: exit code 1, and repair as the next command', async () => {
    const dir = await temporaryFolder();
    await writeSynthetic(dir, 3, 5);
    expect((await foresight(['dataset', 'verify', dir])).code).toBe(0);

    const files = await readdir(dir, { recursive: true });
    const video = files.filter((file) => file.endsWith('.mp4')).toSorted()[1];
    await truncate(join(dir, video), 200);
    const broken = await foresight(['dataset', 'verify', dir]);
    expect(broken.code).toBe(1);
    expect(broken.stdout + broken.stderr).toContain(video.split('/').at(-1));
    expect(broken.stdout + broken.stderr).toMatch(/next: .*dataset repair/);

    await foresightJson(['dataset', 'repair', dir]);
    expect((await foresight(['dataset', 'verify', dir])).code).toBe(0);
    expect(await foresightJson(['dataset', 'info', dir])).toMatchObject({ episodes: 2 });
  });

  test.each(['info', 'verify', 'repair'])('%s of nothing fails and names the folder', async (verb) => {
    const cwd = await temporaryFolder();
    const { code, stdout, stderr } = await foresight(['dataset', verb, 'nowhere'], { cwd });
    expect(code).toBe(1);
    // To verify is to look for problems: finding them is an answer, not an error.
    expect(verb === 'verify' ? stdout : stderr).toMatch(/^(error: )?nowhere/m);
  });
});
