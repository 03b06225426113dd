import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aimedPolicy } from '../../src/play/aimed-policy.ts';
import { recordEpisode } from '../../src/play/record.ts';
import { parkingPlaces } from '../../src/rig/empty-table.ts';
import { openTableRig, type TableRig, type TableRigOptions } from '../../src/rig/table-rig.ts';
import { apart } from '../../src/rig/travel.ts';
import { validateEpisode, type Episode } from '../../src/spec/episode.ts';
import type { Frame } from '../../src/spec/frame.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { readPng, writePng } from '../../src/video/png.ts';
import { openEmulatedTable, type EmulatedTable } from '../emulator/emulated-table.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Mean difference of two pictures, grey levels. */
const apartBy = (a: Frame, b: Frame): number =>
  a.data.reduce((sum, v, i) => sum + Math.abs(v - b.data[i]), 0) / a.data.length;

describe('a rig on a real table', { timeout: 60_000 }, () => {
  let table: EmulatedTable;
  let live: TableRig | undefined;
  beforeEach(async () => {
    table = await openEmulatedTable({ seed: 4 });
  });
  afterEach(async () => {
    await live?.close();
    live = undefined;
    await table.close();
  });
  const open = async (options: TableRigOptions = {}): Promise<TableRig> =>
    (live = await openTableRig(table.rig, { openArm: table.openArm, ...options }));

  it('moves nothing before it is armed, not even to photograph the table', async () => {
    const rig = await open();
    const before = table.sim.world().tip();
    const { plate } = await rig.reset(1);
    expect(apart(table.sim.world().tip(), before)).toBeLessThan(0.002);
    expect([plate.height, plate.width]).toEqual([120, 160]);
  });

  it('parks once it is armed, plays by the wall clock, and says when its camera is gone', async () => {
    const rig = await open();
    await rig.robot.arm();
    const { plate } = await rig.reset(1);
    const places = parkingPlaces(rig.rig);
    expect(Math.min(...places.map((place) => apart(table.sim.world().tip(), place)))).toBeLessThan(0.05);
    // Nobody cleared the table, and yet the plate is of the empty one, what the arm hid seen from the other side.
    expect(apartBy(plate, table.sim.world().renderPlate(rig.rig.frame))).toBeLessThan(3);

    const play = (): Promise<Episode> => {
      const policy = aimedPolicy({ rig: rig.rig, random: seededRandom(3) });
      return recordEpisode(rig, policy, { steps: 4, seed: 1 });
    };
    const episode = await play();
    validateEpisode(episode);
    const { moments } = episode;
    expect(moments).toHaveLength(5);
    const moved = moments.slice(1).map(({ arm }, t) => apart(arm.tip, moments[t].arm.tip));
    expect(Math.max(...moved)).toBeGreaterThan(0.01);
    expect(apartBy(moments[4].frame, moments[0].frame)).toBeGreaterThan(0.5);
    // At rest, what is seen is the world as it is.
    const { frame } = await rig.camera.next(5000);
    expect(apartBy(frame, table.sim.world().render(rig.rig.frame))).toBeLessThan(3);

    await table.camera.unplug();
    await expect(play()).rejects.toThrow(/camera http:\/\/127\.0\.0\.1:\d+\/: gone/);
  });

  it('asks for a clear table where somebody is there, and remembers its picture', async () => {
    const plateFile = join(await temporaryFolder(), 'plate.png');
    const ask = vi.fn(async (_request: string) => {});
    const rig = await open({ ask, plateFile });
    const { plate } = await rig.reset(1);
    expect(ask.mock.calls.map(([request]) => request)).toEqual([
      'Clear the table of everything but the arm, which moves aside if it is armed.',
      'Put the things down where the arm reaches them.',
    ]);
    expect(await readPng(plateFile)).toEqual(plate);
    await rig.reset(2);
    expect(ask).toHaveBeenCalledTimes(2);
    await rig.close();
    const again = await open({ ask, plateFile });
    expect((await again.reset(3)).plate).toEqual(plate);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('does not use a remembered plate of another light, and says so', async () => {
    const plateFile = join(await temporaryFolder(), 'plate.png');
    const dark = table.sim.world().renderPlate(table.rig.frame);
    await writePng({ ...dark, data: dark.data.map((v) => v >> 1) }, plateFile);
    const notes: string[] = [];
    const rig = await open({ plateFile, onNote: (note) => notes.push(note) });
    const { plate } = await rig.reset(1);
    expect(apartBy(plate, dark)).toBeLessThan(12);
    expect(notes.join('\n')).toContain('the remembered plate does not fit');
  });
});

describe('a rig on a real table that lacks something', () => {
  it.each([
    [{ robot: 'toaster' }, "unknown arm 'toaster'; known: so101, gcode-arm"],
    [{ camera: 'eye' }, "no camera 'eye' for a real table; known: ffmpeg-camera"],
    [{ video: undefined }, '"video" is missing'],
    [{ workspace: { low: [-0.18, -0.13, 0.015], high: [0.9, 0.1, 0.09] } }, 'out of reach'],
  ])('%j says so, and what to do', async (part, reason) => {
    const table = await openEmulatedTable({ seed: 1 });
    const rig = { ...table.rig, ...part } as EmulatedTable['rig'];
    const options = 'robot' in part ? {} : { openArm: table.openArm };
    const failed = openTableRig(rig, options);
    await expect(failed).rejects.toThrow(reason);
    await expect(failed).rejects.toMatchObject({ next: expect.any(String) as string });
    await table.close();
  });
});
