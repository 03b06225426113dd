/** What `foresight doctor --rig` finds of an arm, on the emulated bus. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DEFAULT_CALIBRATION } from '../../src/robot/feetech/calibration.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { messageOf } from '../../src/spec/errors.ts';
import type { Rig } from '../../src/spec/rig.ts';
import { armChecks } from '../../tools/doctor-arm.ts';
import { GcodeEmulator } from '../emulator/gcode.ts';
import { ServoBusEmulator } from '../emulator/servo-bus.ts';

let arm: ServoBusEmulator;
beforeAll(() => {
  arm = new ServoBusEmulator();
});
beforeEach(() => {
  arm.faults.silent = new Set();
});
afterAll(() => arm.dispose());

const desk = (driver: Record<string, unknown>, robot = 'so101'): Rig => ({
  ...simRig(),
  robot,
  driver,
});

/** What each check found, as `part: found`; where it is not well, `part: what is wrong; next: what to do`. */
async function examine(rig: Rig): Promise<string[]> {
  const checks = await armChecks(rig, 'desk.json');
  return Promise.all(
    checks.map(async ({ part, look, next: usual }) => {
      try {
        return `${part}: ${await look()}`;
      } catch (error) {
        const { message, next = usual } = messageOf(error);
        return `${part}: ${message}; next: ${next}`;
      }
    }),
  );
}

test('an arm that is well: port, six servos, calibration, power and heat', async () => {
  expect(await examine(desk({ port: arm.path }))).toEqual([
    `serial port: ${arm.path}`,
    'servos: 6 STS3215 answer',
    "calibration: the servos' homing offsets are those of the rig's file",
    'servo voltage: 12.1 to 12.1 V',
    'servo temperature: at most 30 °C (servo 1)',
  ]);
  expect(arm.servos.some(({ torqueOn, goalWrites }) => torqueOn || goalWrites > 0)).toBe(false);
});

test('no power, a loose cable, a port that is not there: each with what to do, and nothing that hangs on it', async () => {
  arm.faults.silent = new Set([4, 5, 6]);
  expect(await examine(desk({ port: arm.path }))).toEqual([
    `serial port: ${arm.path}`,
    expect.stringMatching(
      /^servos: no answer from 4 \(wrist_flex\), 5 \(wrist_roll\), 6 \(gripper\); next: .*the first of them$/,
    ),
  ]);
  arm.faults.silent = new Set([1, 2, 3, 4, 5, 6]);
  expect((await examine(desk({ port: arm.path })))[1]).toMatch(
    /^servos: none answers; next: switch the arm's/,
  );
  expect(await examine(desk({ port: '/dev/no-such-port' }))).toEqual([
    expect.stringMatching(/^serial port: \/dev\/no-such-port cannot be opened.*next: plug the arm in/),
  ]);
});

test('another calibration and a servo that is hot', async () => {
  const elbow = { ...DEFAULT_CALIBRATION.elbow_flex, homingOffset: 12 };
  arm.servos[1].temperatureC = 61;
  const found = await examine(
    desk({ port: arm.path, calibration: { ...DEFAULT_CALIBRATION, elbow_flex: elbow } }),
  );
  expect(found[2]).toBe(
    "calibration: elbow_flex: homing offset 0, the rig's file says 12; next: npx foresight calibrate --rig desk.json --step servos",
  );
  expect(found[4]).toMatch(/^servo temperature: at most 61 °C \(servo 2\); the arm pauses at 58 °C; next: /);
});

test('any other arm is opened and says where it is', async () => {
  const gantry = new GcodeEmulator([0, 0, 60]);
  const [found] = await examine(desk({ port: gantry.path }, 'gcode-arm'));
  expect(found).toBe('arm: gcode-arm, its tip at (0.000, 0.000, 0.060) m');
  expect(gantry.motorsOn).toBe(false);
  gantry.dispose();
});
