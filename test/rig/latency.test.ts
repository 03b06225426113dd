import { expect, test } from 'vitest';
import { measureRigLatency } from '../../src/rig/latency.ts';
import { openTableRig } from '../../src/rig/table-rig.ts';
import { openEmulatedTable } from '../emulator/emulated-table.ts';

test('latency is measured by moving the arm: no less than the pictures are on their way', async () => {
  const table = await openEmulatedTable({ seed: 1, delayMs: 350 });
  const rig = await openTableRig(table.rig, { openArm: table.openArm });
  try {
    await rig.robot.arm();
    expect(await measureRigLatency(rig)).toBeGreaterThanOrEqual(350);
  } finally {
    await rig.close();
    await table.close();
  }
}, 60_000);
