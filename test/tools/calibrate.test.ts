/** `foresight calibrate` on a table in another process, whose camera is known. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newRigFile } from '../../src/rig/new-rig.ts';
import { readRig } from '../../src/rig/rig-file.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import { videoSchema } from '../../src/spec/video.ts';
import { project } from '../../src/spec/projection.ts';
import { startTable } from '../emulator/table-host.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { foresight } from './run-foresight.ts';

test('the arm shows itself to the camera, whose matrix is found', async () => {
  const cwd = await temporaryFolder();
  const file = join(cwd, 'desk.json');
  const table = await startTable(4);
  try {
    // Quick steps, and a camera that is somewhere else than the file says.
    const matrix = simRig().projection.matrix.map((v, k) => (k === 3 ? v + 5 : v));
    const rig = { ...table.rig, controlHz: 10, projection: { ...simRig().projection, matrix } };
    await writeFile(file, JSON.stringify(rig));
    const { code, stderr } = await foresight('calibrate --rig desk.json --step camera'.split(' '), {
      cwd,
      // Enter, for the table that is to be cleared; what else is asked gets no answer of use.
      typed: '\n\n\n',
    });
    expect(stderr).toMatch(/^pose 12: tip at [\d.]+,[\d.]+, [\d.]+ px off/m);
    expect(Number(/sees the tip where it is to ([\d.]+) px/.exec(stderr)?.[1])).toBeLessThan(1);
    expect(code).toBe(0);
    const { projection, workspace } = await readRig(file);
    for (const place of [workspace.low, workspace.high, [0, 0, 0.05]] as Vector3[]) {
      const [found, truth] = [project(projection, place), project(simRig().projection, place)];
      expect(Math.hypot(found.row - truth.row, found.col - truth.col)).toBeLessThan(1.5);
    }
  } finally {
    await table.close();
  }
}, 120_000);

test.each([
  ['--rig nowhere.json', 1, 'nowhere.json: no such rig file'],
  ['--rig desk.json --step servos --check', 2, 'cannot be used with'],
])('%s is an error that says what there is', async (words, code, reason) => {
  const outcome = await foresight(['calibrate', ...words.split(' ').filter(Boolean)]);
  expect(outcome.stderr).toContain(reason);
  expect(outcome.code).toBe(code);
});

test('Ctrl-C at a question ends the command; so does a terminal at which nobody is', async () => {
  const cwd = await temporaryFolder();
  const text = newRigFile(videoSchema.parse({ input: 'lavfi:testsrc' }));
  await writeFile(join(cwd, 'desk.json'), text);
  const words = 'calibrate --rig desk.json --step camera'.split(' ');
  expect((await foresight(words, { cwd, interruptAt: /Then press Enter: $/ })).code).toBe(130);
  const alone = await foresight(words, { cwd, isAlone: true });
  expect(alone.code).toBe(1);
  expect(alone.stderr).toContain('error: nobody answers\nnext: run the command at a terminal');
  expect(await readFile(join(cwd, 'desk.json'), 'utf8')).toBe(text);
});
