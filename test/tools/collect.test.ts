import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { foresight, foresightJson } from './run-foresight.ts';

const words = (minutes: number): string[] =>
  `collect --out play --minutes ${minutes} --episode-steps 6 --seed 4`.split(' ');

describe('foresight collect', () => {
  test('goes on from what is there, and adds nothing when there is enough', async () => {
    const cwd = await temporaryFolder();
    expect(await foresightJson(words(0.05), { cwd })).toMatchObject({ added: 1, episodes: 1 });
    expect(await foresightJson(words(0.1), { cwd })).toMatchObject({ added: 1, episodes: 2 });
    expect(await foresightJson(words(0.1), { cwd })).toMatchObject({ added: 0, complete: true });
  });

  test('Ctrl-C leaves whole episodes behind, exit code 130', async () => {
    const cwd = await temporaryFolder();
    // Something to wait for: nothing is said before the first ten seconds of play, but files appear.
    const running = foresight(words(1000), { cwd, interruptAfter: () => hasEpisode(cwd) });
    expect((await running).code).toBe(130);
    expect((await foresight(['dataset', 'verify', 'play'], { cwd })).code).toBe(0);
  });

  test.each([
    ['--policy napping', 'napping'],
    ['--policy curious', '--policy curious asks a model'],
    ['--policy aimed --model models/tabletop', "no way of playing 'aimed' that asks a model"],
    ['--robot toaster', "unknown rig 'toaster'; known: sim"],
    ['--rig toaster.json', "unknown rig 'toaster.json'; known: sim, or a rig file"],
  ])('%s is an error that lists what there is', async (option, reason) => {
    const cwd = await temporaryFolder();
    const { code, stderr } = await foresight([...words(0.1), ...option.split(' ')], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('next: ');
  });
});

async function hasEpisode(folder: string): Promise<boolean> {
  const files = await readdir(folder, { recursive: true });
  return files.some((file) => file.endsWith('.mp4'));
}
