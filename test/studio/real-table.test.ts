import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openTableRig } from '../../src/rig/table-rig.ts';
import { apart } from '../../src/rig/travel.ts';
import type { Frame } from '../../src/spec/frame.ts';
import { realTable } from '../../src/studio/real-table.ts';
import { Studio } from '../../src/studio/studio.ts';
import { openEmulatedTable, type EmulatedTable } from '../emulator/emulated-table.ts';

describe('a studio with a real table', { timeout: 60_000 }, () => {
  let table: EmulatedTable;
  let studio: Studio;
  let pictures: Frame[] = [];
  beforeEach(async () => {
    table = await openEmulatedTable({ seed: 2 });
    const live = await openTableRig(table.rig, { openArm: table.openArm, keepsStill: true });
    pictures = [];
    studio = new Studio({
      rig: realTable(live, { onPicture: (draw) => pictures.push(draw()) }),
      controller: async () => ({
        name: 'upwards',
        begin: async () => undefined,
        decide: async () => ({ action: [0, 0, 1], done: false, thought: { tracked: [] } }),
      }),
      scene: 1,
      maxSteps: 2,
      onChange: () => undefined,
    });
    await studio.open();
    return async () => {
      await studio.close();
      await table.close();
    };
  });

  it('shows the camera, moves nothing for another scene even when armed, and moves for a push', async () => {
    await vi.waitFor(() => expect(pictures.length).toBeGreaterThan(2));
    const before = table.sim.world().tip();
    await studio.arm();
    await studio.scene(5);
    expect(apart(table.sim.world().tip(), before)).toBeLessThan(0.002);
    expect(() => studio.drag({ row: 1, col: 1 }, { row: 2, col: 2 })).toThrow('this table is real');

    studio.setGoals([{ from: { row: 60, col: 80 }, to: { row: 60, col: 90 } }]);
    await studio.arm();
    studio.start();
    await vi.waitFor(() => expect(studio.state.ending).toBe('steps'), { timeout: 20_000 });
    expect(table.sim.world().tip()[2]).toBeGreaterThan(before[2] + 0.01);
  });

  it('goes on showing pictures when the camera comes back', async () => {
    await vi.waitFor(() => expect(pictures.length).toBeGreaterThan(0));
    await table.camera.unplug();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const until = pictures.length;
    await table.camera.plugIn();
    await vi.waitFor(() => expect(pictures.length).toBeGreaterThan(until + 2), { timeout: 20_000 });
  });
});
