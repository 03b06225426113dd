/**
 * The steps of a calibration that a person does with the arm's joints limp: zeros, ends, table. Each reads the rig's file,
 * measures, and replaces the file at its end; whoever stops in the middle finds everything as it was.
 */
import { ServoBus } from '../robot/feetech/bus.ts';
import type { Calibration } from '../robot/feetech/calibration.ts';
import { ServoJoints } from '../robot/feetech/servo-joints.ts';
import { findSerialPort } from '../robot/serial-port.ts';
import { narrowed, so101SettingsSchema, type So101Settings } from '../robot/so101-settings.ts';
import { readRig } from '../rig/rig-file.ts';
import type { Vector3 } from '../spec/action.ts';
import { ensure } from '../spec/errors.ts';
import { forwardKinematics } from '../spec/kinematics.ts';
import type { Rig } from '../spec/rig.ts';
import { findServos } from './find-servos.ts';
import type { Person } from './person.ts';
import { editRigFile, type RigJson } from './rig-edit.ts';
import { goLimp, measureRanges, measureZeros, writeHoming } from './servos.ts';
import { CORNERS, fitWorkspace, solveTable } from './table.ts';

const LIMP = 'The arm goes limp: hold it, so that it does not drop.';

/** Finds the six servos and their joints' zeros; writes the homing offsets to the servos, and all of it to the file. */
export async function calibrateServos(file: string, person: Person): Promise<void> {
  const { settings, port } = await openSettings(file);
  await findServos(port, settings.calibration, person);
  await person.ask(LIMP);
  await onBus(port, settings, async (bus) => {
    await goLimp(bus, settings.calibration);
    const calibration = await measureZeros(bus, settings.calibration, person);
    const restore = await writeHoming(bus, calibration);
    try {
      await editRigFile(file, (rig) => withCalibration(rig, calibration));
    } catch (error) {
      await restore();
      throw error;
    }
    const offsets = Object.values(calibration).map(({ homingOffset }) => homingOffset);
    person.tell(`${file}: homing offsets ${offsets.join(', ')} ticks`);
  });
}

/** Finds how far each joint goes. */
export async function calibrateRanges(file: string, person: Person): Promise<void> {
  const { settings, port } = await openSettings(file);
  await checkOffsets(port, settings);
  await person.ask(LIMP);
  await onBus(port, settings, async (bus) => {
    await goLimp(bus, settings.calibration);
    const calibration = await measureRanges(bus, settings.calibration, person);
    await editRigFile(file, (rig) => withCalibration(rig, calibration));
    for (const [name, { rangeTicks }] of Object.entries(calibration))
      person.tell(`${name.padEnd(14)} ${rangeTicks.join(' to ')} ticks`);
  });
}

/** Finds where the arm stands at its table, and what it reaches of it. */
export async function calibrateTable(file: string, person: Person): Promise<void> {
  const { rig, settings, port } = await openSettings(file);
  await checkOffsets(port, settings);
  await person.ask(LIMP);
  const joints = new ServoJoints(port, settings.calibration, settings.replyTimeoutMs);
  const touches: Vector3[] = [];
  try {
    await joints.connect();
    await goLimp(joints.bus, settings.calibration);
    const chain = { ...rig.arm, base: [0, 0, 0] as const, baseYawRad: 0 };
    for (const corner of CORNERS) {
      await person.ask(
        `Touch the table with the gripper's tip at its ${corner} corner, as seen from the camera.`,
      );
      const { rad } = await joints.read();
      touches.push(forwardKinematics(chain, rad.slice(0, chain.links.length)).tip);
    }
  } finally {
    await joints.close();
  }
  const { base, baseYawRad, table, unevenM } = solveTable(touches);
  const stand = { base: base.map(rounded) as unknown as Vector3, baseYawRad: rounded(baseYawRad) };
  const arm = narrowed({ ...rig.arm, ...stand }, settings.calibration);
  const workspace = fitWorkspace({ ...rig, arm, table });
  await editRigFile(file, (before) => ({
    ...before,
    workspace: { low: workspace.low.map(rounded), high: workspace.high.map(rounded) },
    table: { low: table.low.map(rounded), high: table.high.map(rounded) },
    arm: { ...before.arm, ...stand },
  }));
  const cm = (low: number, high: number): string => (100 * (high - low)).toFixed(0);
  const size = [0, 1].map((d) => cm(workspace.low[d], workspace.high[d])).join(' x ');
  person.tell(`${file}: the base stands at (${stand.base.join(', ')}) m, turned by ${stand.baseYawRad} rad`);
  person.tell(
    `the arm may push on ${size} cm; the corners are within ${(1000 * unevenM).toFixed(0)} mm of one level`,
  );
}

interface ArmAtHand {
  readonly rig: Rig;
  readonly settings: So101Settings;
  readonly port: string;
}

async function openSettings(file: string): Promise<ArmAtHand> {
  const rig = await readRig(file);
  ensure(
    rig.robot === 'so101',
    `${file}: servos are calibrated for an so101, and its robot is ${rig.robot}`,
    'run the camera step alone: --step camera',
  );
  const settings = so101SettingsSchema.parse(rig.driver ?? {});
  return { rig, settings, port: settings.port ?? (await findSerialPort()) };
}

/** Throws a ForesightError when the servos are not those of the file: they must be calibrated first. */
async function checkOffsets(port: string, { calibration, replyTimeoutMs }: So101Settings): Promise<void> {
  const joints = new ServoJoints(port, calibration, replyTimeoutMs);
  try {
    await joints.connect();
  } finally {
    await joints.close();
  }
}

async function onBus(
  port: string,
  { replyTimeoutMs }: So101Settings,
  work: (bus: ServoBus) => Promise<void>,
): Promise<void> {
  const bus = new ServoBus(port, { timeoutMs: replyTimeoutMs });
  await bus.open();
  try {
    await work(bus);
  } finally {
    await bus.close();
  }
}

function withCalibration(rig: RigJson, calibration: Calibration): RigJson {
  return { ...rig, driver: { ...rig.driver, calibration } };
}

/** A tenth of a millimetre, or of a milliradian. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
