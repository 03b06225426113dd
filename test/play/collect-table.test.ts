import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDataset } from '../../src/dataset/reader.ts';
import { verifyDataset } from '../../src/dataset/verify.ts';
import { DatasetWriter } from '../../src/dataset/writer.ts';
import { aimedPolicy } from '../../src/play/aimed-policy.ts';
import { collect } from '../../src/play/collect.ts';
import { openTableRig } from '../../src/rig/table-rig.ts';
import { isSameRig, type Rig } from '../../src/spec/rig.ts';
import { openEmulatedTable, type EmulatedTable } from '../emulator/emulated-table.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const EPISODE_STEPS = 4;

/** Plays with the table until so many episodes are there, as `foresight collect --rig` does. */
async function play(dir: string, table: EmulatedTable, episodes: number): Promise<Rig> {
  const rig = await openTableRig(table.rig, { openArm: table.openArm });
  const writer = await DatasetWriter.open(dir, rig.rig, { truth: rig.truth !== undefined });
  try {
    const minutes = (episodes * EPISODE_STEPS) / (60 * rig.rig.controlHz);
    await collect(rig, writer, { minutes, seed: 1, policy: aimedPolicy, episodeSteps: EPISODE_STEPS });
  } finally {
    await writer.close();
    await rig.close();
  }
  return rig.rig;
}

it('play on a real table is a dataset like any other, and goes on when the camera is plugged in elsewhere', async () => {
  const dir = join(await temporaryFolder(), 'play');
  const first = await openEmulatedTable({ seed: 3 });
  const rig = await play(dir, first, 1);
  await first.close();
  // Another port: the same camera, as far as a recording goes.
  const second = await openEmulatedTable({ seed: 3 });
  await play(dir, second, 2);
  await second.close();
  expect((await verifyDataset(dir)).problems).toEqual([]);
  const dataset = await openDataset(dir);
  expect(dataset.episodes).toHaveLength(2);
  expect(dataset.rig).toEqual(rig);
  expect(dataset.rig).not.toEqual(second.rig);
  expect(isSameRig(dataset.rig, second.rig)).toBe(true);
  const { actions, states } = await dataset.readRows(1);
  expect(actions).toHaveLength(EPISODE_STEPS + 1);
  // The arm went where it was sent: the state holds five joints, then the tip, metres.
  let [along, sent] = [0, 0];
  for (let t = 0; t < EPISODE_STEPS; t++) {
    for (let d = 0; d < 3; d++) {
      const metres = actions[t][d] * rig.action.scale[d];
      along += metres * (states[t + 1][5 + d] - states[t][5 + d]);
      sent += metres * metres;
    }
  }
  expect(along / sent).toBeGreaterThan(0.7);
  expect(along / sent).toBeLessThan(1.3);
}, 90_000);
