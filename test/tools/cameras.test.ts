import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readRig } from '../../src/rig/rig-file.ts';
import { openSimRig, type SimRig } from '../../src/rig/sim-rig.ts';
import { readPng } from '../../src/video/png.ts';
import { serveCamera, type StreamCamera } from '../emulator/stream-camera.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { foresight, foresightJson } from './run-foresight.ts';

describe('foresight cameras', { timeout: 60_000 }, () => {
  let sim: SimRig;
  let served: StreamCamera;
  beforeAll(async () => {
    sim = await openSimRig({ seed: 2 });
    served = await serveCamera({ draw: () => sim.world().render({ height: 240, width: 320 }), hz: 15 });
    return async () => {
      await served.close();
      await sim.close();
    };
  });

  test('lists what is there; where there is nothing, says what to do', async () => {
    const cwd = await temporaryFolder();
    const devices = (await foresightJson(['cameras'], { cwd })) as unknown[];
    const { code, stdout } = await foresight(['cameras'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain(devices.length === 0 ? 'no camera found on this machine' : '/dev/video');
    expect(stdout).toContain('next: ');
  });

  test('tries one, shows what it sees at its own size, and writes a rig with it that doctor reads', async () => {
    const cwd = await temporaryFolder();
    const words = ['cameras', '--try', served.url, '--seconds', '1', '--new-rig', 'desk.json'];
    const { code, stdout } = await foresight(words, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^camera +http:.* mjpeg of 320x240$/m);
    expect(stdout).toMatch(/^rate +[\d.]+ a second, longest gap \d+ ms$/m);
    expect(stdout).toMatch(/^age +\d+ ms/m);
    expect(await readPng(join(cwd, 'videos/camera.png'))).toMatchObject({ height: 240, width: 320 });
    const rig = await readRig(join(cwd, 'desk.json'));
    expect(rig).toMatchObject({ robot: 'so101', video: { input: served.url } });
    expect(JSON.parse(await readFile(join(cwd, 'desk.json'), 'utf8'))).toMatchObject({
      arm: { model: 'so101' },
    });

    const again = await foresight(words, { cwd });
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('desk.json: is there already');

    // Exit code 1: no arm is plugged in here.
    const doctor = await foresight(['doctor', '--rig', 'desk.json', '--json'], { cwd });
    expect(doctor.code).toBe(1);
    const findings = JSON.parse(doctor.stdout) as Finding[];
    const found = (part: string): Finding | undefined => findings.find((one) => one.part === part);
    expect(found('rig')).toMatchObject({ ok: true, found: expect.stringContaining('desk: so101') as string });
    expect(found('workspace')?.ok).toBe(true);
    expect(found('serial port')).toMatchObject({
      ok: false,
      next: expect.stringContaining('plug') as string,
    });
    expect(found('camera')).toMatchObject({ ok: true, found: expect.stringContaining('320x240') as string });
    expect(found('camera rate')?.found).toMatch(/a second/);
    expect(found('camera latency')).toMatchObject({
      ok: false,
      next: 'npx foresight cameras --rig desk.json --latency (the arm moves)',
    });
    expect(found('empty table')?.next).toContain('it asks for a clear table');
  });

  test.each([
    ['--try nowhere.mp4', 'no device, address or file', 'npx foresight cameras'],
    ['--try lavfi:testsrc --crop 0,0,100,200', 'has another shape than the frame', 'crop 133x100'],
    ['--latency', '--latency moves the arm of a rig', '--rig FILE'],
    ['--new-rig desk.json', '--new-rig needs a camera', '--try INPUT'],
    ['--try lavfi:testsrc --rig sim', 'each name a camera', 'one of them'],
    ['--rig sim', 'rig sim: has no camera to open', 'a real rig'],
  ])('%s is an error that says what to do', async (words, reason, next) => {
    const { code, stderr } = await foresight(['cameras', ...words.split(' ')]);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr).toContain(next);
  });
});

test('foresight doctor names the one thing that is wrong with a rig, not what follows from it', async () => {
  const { code, stdout } = await foresight(['doctor', '--rig', 'nowhere.json', '--json']);
  expect(code).toBe(1);
  const wrong = (JSON.parse(stdout) as Finding[]).filter(({ found }) => found.includes('nowhere.json'));
  expect(wrong.map(({ part }) => part)).toEqual(['rig']);
});

interface Finding {
  readonly part: string;
  readonly ok: boolean;
  readonly found: string;
  readonly next?: string;
}
