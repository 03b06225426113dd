/** The steps that hands do, on the emulated bus: a person who turns shafts when asked to. One arm, one step after another. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { calibrateRanges, calibrateServos, calibrateTable } from '../../src/calibration/arm-steps.ts';
import type { Person } from '../../src/calibration/person.ts';
import { newRigFile } from '../../src/rig/new-rig.ts';
import { readRig } from '../../src/rig/rig-file.ts';
import { DEFAULT_CALIBRATION, SERVO_NAMES } from '../../src/robot/feetech/calibration.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import { videoSchema } from '../../src/spec/video.ts';
import { ServoBusEmulator } from '../emulator/servo-bus.ts';
import { servosAt } from '../emulator/so101-bench.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Where the encoders are in the middle of each joint's way, ticks: 2048 and the offsets to be found. */
const OFFSETS = [100, -700, 1500, -2000, 12, 333];
const READ_IN_THE_MIDDLE = 2048;
/** What the joints can do, ticks from their middle. */
const ENDS = SERVO_NAMES.map((name) => DEFAULT_CALIBRATION[name].rangeTicks);

let arm: ServoBusEmulator;
beforeAll(() => {
  arm = new ServoBusEmulator({ homingOffsets: [5, 5, 5, 5, 5, 5] });
});
afterAll(() => arm.dispose());

async function turnTo(readings: readonly number[]): Promise<void> {
  readings.forEach((reading, k) => (arm.shafts.positions[k] = reading + OFFSETS[k]));
  await sleep(30); // until the emulated time has come by
}

/** Does what is asked by `does`, and remembers all that was said. */
function person(does: (request: string) => void | Promise<void>): Person & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    tell: (line) => void heard.push(line),
    async ask(request) {
      heard.push(request);
      await does(request);
      return '';
    },
  };
}

/** A rig's file as `foresight cameras --new-rig` writes it, for this arm. */
async function deskFile(driver: Record<string, unknown> = {}): Promise<string> {
  const file = join(await temporaryFolder(), 'desk.json');
  const rig = JSON.parse(newRigFile(videoSchema.parse({ input: 'lavfi:testsrc' }))) as object;
  await writeFile(
    file,
    JSON.stringify({ ...rig, driver: { port: arm.path, replyTimeoutMs: 300, ...driver } }),
  );
  return file;
}

const calibrationIn = async (file: string): Promise<typeof DEFAULT_CALIBRATION> =>
  (JSON.parse(await readFile(file, 'utf8')) as { driver: { calibration: typeof DEFAULT_CALIBRATION } }).driver
    .calibration;

test('zeros, ends and the table are found by hand and written to servos and file', async () => {
  const file = await deskFile();
  const hands = person(async (request) => {
    if (request.includes('middle of its way')) await turnTo(ENDS.map(() => READ_IN_THE_MIDDLE));
    if (request.includes('both of its ends')) {
      for (const end of [0, 1]) {
        // The wrist's roll is forgotten until it is asked for.
        await turnTo(
          ENDS.map((range, k) =>
            k === 4 && request.startsWith('Turn every') ? READ_IN_THE_MIDDLE : range[end],
          ),
        );
        await sleep(150);
      }
    }
    const corner = /(near|far) (left|right) corner/.exec(request);
    if (corner !== null) {
      const place: Vector3 = [corner[2] === 'left' ? -0.15 : 0.15, corner[1] === 'near' ? -0.1 : 0.08, 0.02];
      await turnTo(servosAt(place));
    }
  });
  // Limits that another program has left, for other offsets: 0 to 1024.
  for (const memory of [arm.servos[1].eeprom, arm.servos[1].memory]) memory.set([0, 0, 0, 4], 9);
  await calibrateServos(file, hands);
  expect([...arm.servos[1].eeprom.subarray(9, 13)]).toEqual([0, 0, 0xff, 0x0f]);
  expect(Object.values(await calibrationIn(file)).map(({ homingOffset }) => homingOffset)).toEqual(OFFSETS);
  // In EEPROM: a servo that loses its power keeps it.
  arm.switchOffAndOn();
  await calibrateRanges(file, hands);
  expect(Object.values(await calibrationIn(file)).map(({ rangeTicks }) => rangeTicks)).toEqual(ENDS);
  expect(hands.heard).toContain('Not turned yet: wrist_roll; turn each to both of its ends.');

  await calibrateTable(file, hands);
  const { arm: chain, table, workspace } = await readRig(file);
  // The table's frame is where its middle is, and its surface where it was touched, within a servo's tick.
  [0, 0.2688, -0.02].forEach((v, d) => expect(chain.base[d]).toBeCloseTo(v, 2));
  expect(chain.baseYawRad).toBeCloseTo(-Math.PI / 2, 2);
  [-0.15, -0.09, 0.15, 0.09].forEach((v, k) => expect([...table.low, ...table.high][k]).toBeCloseTo(v, 2));
  expect(workspace.high[0]).toBeCloseTo(0.13, 2);
  expect(arm.servos.some(({ torqueOn }) => torqueOn)).toBe(false);
  // Everything else is as it was written.
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ arm: { model: 'so101' }, name: 'desk' });
}, 60_000);

test('who stops in the middle finds servos and file as they were', async () => {
  const before = arm.servos.map(({ eeprom }) => [...eeprom]);
  const file = await deskFile();
  const text = await readFile(file, 'utf8');
  const leaves = person((request) => {
    if (request.includes('middle of its way')) throw new Error('interrupted');
  });
  await expect(calibrateServos(file, leaves)).rejects.toThrow('interrupted');
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(arm.servos.map(({ eeprom }) => [...eeprom])).toEqual(before);
  // The ends cannot be measured with servos that are not the file's.
  await expect(calibrateRanges(file, leaves)).rejects.toThrow(
    /homing offset 0 as in the calibration, got 100/,
  );
}, 60_000);

test('a servo that does not answer is named, and one alone can be given its id', async () => {
  const file = await deskFile();
  onTestFinished(() => {
    arm.faults.silent = new Set();
  });
  arm.faults.silent = new Set([3, 4]);
  await expect(
    calibrateServos(
      file,
      person(() => {}),
    ),
  ).rejects.toMatchObject({
    message: `${arm.path}: no answer from servo 3 (elbow_flex), 4 (wrist_flex)`,
    next: expect.stringMatching(/^check the cable/) as string,
  });
  arm.faults.silent = new Set([2, 3, 4, 5, 6]);
  const alone = person(() => {});
  const typed: Person = { ...alone, ask: (request) => alone.ask(request).then(() => '6') };
  arm.faults.silent.delete(6);
  arm.faults.silent.add(1);
  arm.servos[5].write(55, [0]);
  arm.servos[5].write(5, [9]);
  await expect(calibrateServos(file, typed)).rejects.toThrow('the servo has its new id');
  expect(alone.heard.join('\n')).toMatch(
    /one servo answers, with id 9\.[\s\S]*Warning: never do so with two/,
  );
  expect(arm.servos[5].id).toBe(6);
  expect(arm.servos[5].eeprom[5]).toBe(6);
}, 60_000);
