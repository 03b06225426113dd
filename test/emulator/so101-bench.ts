/** An SO-101 on its bench: the driver, on a pseudo-terminal with six emulated servos. */
import { openSo101 } from '../../src/robot/so101.ts';
import type { Robot } from '../../src/robot/robot.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { DEFAULT_CALIBRATION, radToTicks, SERVO_NAMES } from '../../src/robot/feetech/calibration.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import { inverseKinematics } from '../../src/spec/inverse-kinematics.ts';
import { ServoBusEmulator, type ServoBusOptions } from './servo-bus.ts';

const rig = simRig();
export const LIMITS = { arm: rig.arm, actionSpec: rig.action, workspace: rig.workspace };

/** Where the servos stand when the tip is at `tip` (metres), ticks. */
export function servosAt(tip: Vector3, calibration = DEFAULT_CALIBRATION): number[] {
  const rad = [...inverseKinematics(rig.arm, tip), 0];
  return SERVO_NAMES.map((name, k) => radToTicks(calibration[name], rad[k]));
}

export interface So101Bench {
  readonly emulator: ServoBusEmulator;
  readonly robot: Robot;
  readonly notices: string[];
  /** Returns when the arm is where it was sent, and at rest; or after 3 s, for the test to find out. */
  settle(): Promise<void>;
  dispose(): Promise<void>;
}

export interface So101BenchOptions {
  readonly bus?: ServoBusOptions;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly periodS?: number;
}

export async function openSo101Bench({
  bus,
  settings,
  periodS = 0.2,
}: So101BenchOptions = {}): Promise<So101Bench> {
  const emulator = new ServoBusEmulator({ positions: servosAt([0, 0, 0.05]), ...bus });
  const notices: string[] = [];
  // Tests share a busy machine: what is late is not a fault, unless the test is about it.
  const patient = { watchdogMs: 5000, replyTimeoutMs: 500, softStopMs: 0, port: emulator.path };
  try {
    const robot = await openSo101({
      limits: LIMITS,
      periodS,
      settings: { ...patient, ...settings },
      onNotice: (message) => notices.push(message),
    });
    return {
      emulator,
      robot,
      notices,
      settle: () => arrival(robot, () => emulator.atRest()),
      async dispose() {
        await robot.close();
        emulator.dispose();
      },
    };
  } catch (error) {
    emulator.dispose();
    throw error;
  }
}

/** Returns when the arm is this near to its target, and `atRest` says that nothing moves any more; or after 3 s. */
export async function arrival(robot: Robot, atRest: () => Promise<void>, accuracyM = 0.003): Promise<void> {
  const untilMs = performance.now() + 3000;
  for (;;) {
    await atRest();
    const { tip } = await robot.state();
    const target = robot.target();
    const isThere = tip.every((v, d) => Math.abs(v - target[d]) < accuracyM);
    if (isThere || performance.now() > untilMs) return;
  }
}
