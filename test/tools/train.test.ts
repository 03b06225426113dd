import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { foresight } from './run-foresight.ts';

/** What a person can get wrong before training starts; training itself is in test/end-to-end. */
describe('foresight train', () => {
  test('without play it says how to collect some', async () => {
    const cwd = await temporaryFolder();
    const { code, stderr } = await foresight(['train', '--data', 'play', '--out', 'model'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('no dataset at play');
    expect(stderr).toContain('next: npx foresight collect --rig sim --out play');
  });

  test.each([
    ['--network transformer', 'unknown network "transformer"; there are: rigid, cdna, dna, stp, sna'],
    ['--network cdna --network-options depth=3', 'network "cdna": Unrecognized key: "depth"'],
    ['--network dna --network-options kernel=4', 'network "dna": kernel: '],
  ])('%s is an error that says what there is', async (options, reason) => {
    const cwd = await temporaryFolder();
    await mkdir(join(cwd, 'play'));
    const words = `train --data play --out model ${options}`.split(' ');
    const { code, stderr } = await foresight(words, { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
  });

  test.each([
    ['{ "batches": 4 }', /config\.json: .*batches/],
    ['{ "schedule": { "learningRate": -1 } }', /config\.json: schedule\.learningRate: /],
    ['{ "batch": ', /config\.json: not JSON/],
  ])('a config of %s is an error that names the entry', async (config, reason) => {
    const cwd = await temporaryFolder();
    await mkdir(join(cwd, 'play'));
    await writeFile(join(cwd, 'config.json'), config);
    const words = 'train --data play --out model --config config.json'.split(' ');
    const { code, stderr } = await foresight(words, { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(reason);
  });
});
