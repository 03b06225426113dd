import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { cropAndScale } from '../../src/camera/ffmpeg-words.ts';
import { describeRig, openRig } from '../../src/rig/registry.ts';
import { findRigFile, readRig } from '../../src/rig/rig-file.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { so101 } from '../../src/sim/so101.ts';
import { isSameRig, parseRig, type Rig } from '../../src/spec/rig.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ARM = { model: 'so101', base: [0, 0.26, 0], baseYawRad: -1.57 };
const desk = (part: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...simRig(),
  name: 'desk',
  robot: 'so101',
  driver: { port: '/dev/ttyACM0' },
  camera: 'ffmpeg-camera',
  video: { input: '/dev/video0', options: { video_size: '640x480' } },
  arm: ARM,
  ...part,
});

async function file(content: unknown): Promise<string> {
  const path = join(await temporaryFolder(), 'desk.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('a rig file', () => {
  it('is a whole rig, its arm spelled out and what it leaves out as it is by default', async () => {
    const path = await file(desk());
    const rig = await readRig(path);
    expect(rig.arm).toEqual(so101([0, 0.26, 0], -1.57));
    expect(rig.video).toEqual({
      input: '/dev/video0',
      options: { video_size: '640x480' },
      exposure: 'locked',
      latencyMs: 0,
    });
    // As an episode carries it.
    expect(parseRig(JSON.parse(JSON.stringify(rig)), 'rig.json')).toEqual(rig);
    expect(findRigFile(path)).toBe(path);
    expect(await describeRig(path)).toEqual(rig);
  });

  it.each([
    ['{"name": ', 'not JSON'],
    [desk({ camara: 'ffmpeg-camera' }), 'Unrecognized key: "camara"'],
    [desk({ video: {} }), 'video.input: '],
    [desk({ video: { input: 'rtsp://eye:sesame@10.0.0.7/1' } }), 'recorded with every episode'],
    [desk({ arm: { ...ARM, model: 'toaster' } }), "arm.model: no arm 'toaster'; known: so101"],
    [desk({ arm: { model: 'so101', base: [0, 0, 0] } }), 'arm.baseYawRad: '],
    [desk({ port: '/dev/ttyACM0' }), 'Unrecognized key: "port"'],
    [desk({ driver: { torque: 1 } }), 'so101: driver: Unrecognized key: "torque"'],
    [
      desk({ driver: { calibration: { shoulder_pan: { id: 999 } } } }),
      'so101: driver.calibration.shoulder_pan.id: ',
    ],
    [desk({ robot: 'octopus' }), "unknown arm 'octopus'; known: so101, gcode-arm"],
    [desk({ robot: 'sim-arm' }), 'the simulated arm comes with its world'],
  ])('that is wrong names itself and what is wrong: %#', async (content, reason) => {
    const path = await file(content);
    await expect(readRig(path)).rejects.toThrow(reason);
    await expect(readRig(path)).rejects.toThrow(path);
  });

  it('as docs/real-arm.md shows it can be read, and its crop has the shape of its frames', async () => {
    const docs = await readFile(join(import.meta.dirname, '../../docs/real-arm.md'), 'utf8');
    const rig = await readRig(await file(/```json\n([\s\S]*?)```/.exec(docs)?.[1]));
    expect(rig.arm.links).toHaveLength(5);
    expect(cropAndScale(rig.video!, rig.frame)).toMatch(/^crop=480:360:80:0/);
  });

  it('that is not there is an error that says how to name one', async () => {
    await expect(openRig('nowhere.json')).rejects.toMatchObject({
      message: "unknown rig 'nowhere.json'; known: sim, or a rig file",
      next: expect.stringContaining('--rig desk.json') as string,
    });
  });
});

test('rigs are the same wherever the same arm and camera are plugged in, and for no other difference', async () => {
  const rig = await readRig(await file(desk()));
  const video = rig.video!;
  const others: readonly [Rig, boolean][] = [
    [{ ...rig, driver: { port: '/dev/ttyACM1' } }, true],
    [{ ...rig, video: { ...video, input: '/dev/video2' } }, true],
    [{ ...rig, video: { ...video, crop: { top: 0, left: 0, height: 120, width: 160 } } }, false],
    [{ ...rig, video: { ...video, latencyMs: 90 } }, false],
    [{ ...rig, controlHz: 3 }, false],
    [{ ...rig, name: 'bench' }, false],
  ];
  for (const [other, same] of others) expect(isSameRig(rig, other)).toBe(same);
  expect(isSameRig(simRig(), simRig())).toBe(true);
});
