/** What `foresight doctor --rig` looks at of the arm: its port, its servos, their power and heat. Nothing moves. */
import { SERVO_NAMES, type Calibration } from '../src/robot/feetech/calibration.ts';
import { STS3215 } from '../src/robot/feetech/registers.ts';
import { surveyServos, type ServoFound } from '../src/robot/feetech/survey.ts';
import { openArm } from '../src/robot/registry.ts';
import { findSerialPort } from '../src/robot/serial-port.ts';
import { so101SettingsSchema, type So101Settings } from '../src/robot/so101-settings.ts';
import { ensure } from '../src/spec/errors.ts';
import type { Rig } from '../src/spec/rig.ts';
import { failed, type Check } from './check.ts';

/** What the two kinds of STS3215 run on, volts: 5 to 7.4 V, and 12 V. */
const SUPPLIES_V = [
  [4.5, 8.5],
  [9.6, 13],
] as const;

/** In the order in which to put things right: what hangs on another is left out. */
export async function armChecks(rig: Rig, name: string): Promise<Check[]> {
  if (rig.robot !== 'so101') return [anyArmCheck(rig)];
  const settings = so101SettingsSchema.parse(rig.driver ?? {});
  try {
    const port = settings.port ?? (await findSerialPort());
    const ids = SERVO_NAMES.map((servo) => settings.calibration[servo].id);
    const servos = await surveyServos(port, ids, settings.replyTimeoutMs);
    const there = [portCheck(port), servosCheck(servos, settings.calibration)];
    if (servos.length < ids.length) return there;
    return [
      ...there,
      calibrationCheck(servos, settings.calibration, name),
      voltageCheck(servos),
      temperatureCheck(servos, settings),
    ];
  } catch (error) {
    return [failed('serial port', error as Error, 'check the cable and the power supply')];
  }
}

function portCheck(port: string): Check {
  return { part: 'serial port', required: true, next: '', look: async () => port };
}

function servosCheck(servos: readonly ServoFound[], calibration: Calibration): Check {
  return {
    part: 'servos',
    required: true,
    next: 'check the power supply first; then the three-wire cable that leads to the first of them',
    look: async () => {
      const missing = SERVO_NAMES.filter((name) => servos.every(({ id }) => id !== calibration[name].id));
      const labels = missing.map((name) => `${calibration[name].id} (${name})`).join(', ');
      ensure(
        missing.length < SERVO_NAMES.length,
        'none answers',
        'switch the arm\'s power on: USB alone does not feed the servos; or another "port" is meant',
      );
      ensure(missing.length === 0, `no answer from ${labels}`);
      const other = servos.find(({ modelNumber }) => modelNumber !== STS3215);
      ensure(
        other === undefined,
        `servo ${other?.id} is of model ${other?.modelNumber}, not an STS3215 (${STS3215})`,
        'this driver moves SO-100 and SO-101 arms only; check which arm is plugged in',
      );
      return `${servos.length} STS3215 answer`;
    },
  };
}

function calibrationCheck(servos: readonly ServoFound[], calibration: Calibration, rig: string): Check {
  return {
    part: 'calibration',
    required: true,
    next: `npx foresight calibrate --rig ${rig} --step servos`,
    look: async () => {
      const off = SERVO_NAMES.find((name, k) => servos[k].homingOffset !== calibration[name].homingOffset);
      const k = off === undefined ? 0 : SERVO_NAMES.indexOf(off);
      ensure(
        off === undefined,
        `${off}: homing offset ${servos[k].homingOffset}, the rig's file says ${off && calibration[off].homingOffset}`,
      );
      const turning = servos.find(({ mode }) => mode !== 0);
      ensure(turning === undefined, `servo ${turning?.id} is not in position mode but in ${turning?.mode}`);
      return "the servos' homing offsets are those of the rig's file";
    },
  };
}

function voltageCheck(servos: readonly ServoFound[]): Check {
  return {
    part: 'servo voltage',
    required: true,
    next: 'use the supply that your servos are made for, 5 to 7.4 V or 12 V, with 4 A or more',
    look: async () => {
      const volts = servos.map(({ voltageV }) => voltageV);
      const [low, high] = [Math.min(...volts), Math.max(...volts)];
      const found = `${low.toFixed(1)} to ${high.toFixed(1)} V`;
      ensure(
        SUPPLIES_V.some(([least, most]) => low >= least && high <= most),
        found,
      );
      return found;
    },
  };
}

function temperatureCheck(servos: readonly ServoFound[], { hotC }: So101Settings): Check {
  return {
    part: 'servo temperature',
    required: true,
    next: 'switch the power off and let the arm cool; is something pulling on it?',
    look: async () => {
      const hottest = servos.reduce((a, b) => (a.temperatureC >= b.temperatureC ? a : b));
      const found = `at most ${hottest.temperatureC} °C (servo ${hottest.id})`;
      ensure(hottest.temperatureC < hotC, `${found}; the arm pauses at ${hotC} °C`);
      return found;
    },
  };
}

/** Any other arm is opened, says where it is, and is closed. */
function anyArmCheck({ robot, arm, action, workspace, controlHz, driver }: Rig): Check {
  return {
    part: 'arm',
    required: true,
    next: '',
    look: async () => {
      const limits = { arm, actionSpec: action, workspace };
      const opened = await openArm(robot, { limits, periodS: 1 / controlHz, settings: driver });
      try {
        const { tip } = await opened.state();
        return `${robot}, its tip at (${tip.map((v) => v.toFixed(3)).join(', ')}) m`;
      } finally {
        await opened.close();
      }
    },
  };
}
