/**
 * The SO-100 / SO-101 arm: six Feetech servos on a serial bus. Here is whether it may move: armed or not, hot or not, and
 * what becomes of it when something goes wrong. How it moves: `so101-motion.ts`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ForesightError, messageOf } from '../spec/errors.ts';
import { parseSettings, type ArmSetup } from './arm-setup.ts';
import { SERVO_NAMES } from './feetech/calibration.ts';
import { ServoGuard } from './feetech/servo-guard.ts';
import { ServoJoints, type JointsReading } from './feetech/servo-joints.ts';
import { checkWorkspace, type Limits } from './limits.ts';
import type { Robot } from './robot.ts';
import { findSerialPort } from './serial-port.ts';
import { So101Motion } from './so101-motion.ts';
import { narrowed, so101SettingsSchema, type So101Settings } from './so101-settings.ts';

/** How often the arm is looked at while nobody asks, ms. */
const WATCH_MS = 100;

/** Opens the arm on its serial port. Nothing moves, nothing is switched on. */
export async function openSo101(setup: ArmSetup): Promise<Robot> {
  const settings = parseSettings(so101SettingsSchema, setup.settings, 'so101');
  const limits = { ...setup.limits, arm: narrowed(setup.limits.arm, settings.calibration) };
  checkWorkspace(limits);
  const { port = await findSerialPort(), calibration, replyTimeoutMs } = settings;
  const joints = new ServoJoints(port, calibration, replyTimeoutMs);
  try {
    await joints.connect();
    return makeSo101(joints, limits, settings, setup, await joints.read());
  } catch (error) {
    await joints.close();
    throw error;
  }
}

function makeSo101(
  joints: ServoJoints,
  limits: Limits,
  settings: So101Settings,
  { periodS, onNotice }: ArmSetup,
  measured: JointsReading,
): Robot {
  const { torqueLimit, gripperTorqueLimit, maxRadPerS, watchdogMs, tickMs, softStopMs } = settings;
  const torque = SERVO_NAMES.map((name) => (name === 'gripper' ? gripperTorqueLimit : torqueLimit));
  const guard = new ServoGuard({ ...settings, torque, labelOf: (k) => joints.labelOf(k) });
  const motion = new So101Motion(joints, limits, settings, measured, {
    onStall: (gapMs) => void fail(stalled(gapMs, watchdogMs)),
    onError: (error) => void fail(error),
  });
  let phase: 'resting' | 'armed' | 'closed' = 'resting';
  let hasTorque = false;
  /** Why the arm holds still although it was armed; until it is armed again. */
  let fault: ForesightError | null = null;
  /** How often it was told to hold: whoever waits for something else then waits no more. */
  let holds = 0;
  let watches = 0;

  const hold = async (): Promise<void> => {
    holds++;
    if (phase !== 'armed') return;
    try {
      await motion.hold();
    } catch (error) {
      await fail(error);
    }
  };

  /** Something is wrong: every servo that still listens holds where it is, and `send` says why. */
  const fail = async (error: unknown): Promise<void> => {
    holds++;
    motion.stop();
    if (phase !== 'armed') return;
    phase = 'resting';
    const { message, next = 'run the command again' } = messageOf(error);
    fault = new ForesightError(`so101 holds still: ${message}`, { next, cause: error });
    onNotice?.(fault.message);
    await joints.holdEach();
  };

  /** Looks at the arm again and again, until it is not armed any more or armed anew. */
  const watch = async (): Promise<void> => {
    const mine = ++watches;
    while (phase === 'armed' && mine === watches) {
      try {
        const reading = await motion.look();
        const verdict = guard.judge(reading);
        const complaint = joints.complaint(reading);
        if (complaint !== null) throw complaint;
        if (verdict !== null) onNotice?.(`so101: ${verdict.notice}`);
        if (verdict?.hold) await hold();
      } catch (error) {
        await fail(error);
      }
      await sleep(WATCH_MS);
    }
  };

  const assertArmed = (): void => {
    if (phase === 'closed') throw closed();
    if (fault !== null) throw fault;
    if (phase === 'armed') return;
    throw new ForesightError('so101: not armed, nothing moves', { next: 'arm it first: robot.arm()' });
  };

  /** Throws a ForesightError when the arm is held meanwhile. */
  const waitWhile = async (condition: () => boolean, meanwhile: string): Promise<void> => {
    const before = holds;
    while (condition()) {
      await sleep(tickMs);
      if (holds === before) continue;
      assertArmed();
      throw new ForesightError(`so101 was held ${meanwhile}`, { next: 'run the command again' });
    }
  };

  return {
    name: 'so101',
    actionSpec: limits.actionSpec,

    async arm() {
      if (phase === 'closed') throw closed();
      if (phase === 'armed') return;
      await joints.connect();
      const { rad } = await motion.look();
      await joints.switchOn(rad, { torque, maxRadPerS });
      hasTorque = true;
      motion.startHere();
      const complaint = joints.complaint(await motion.look());
      if (complaint !== null) throw complaint;
      fault = null;
      phase = 'armed';
      void watch();
      if (!motion.comeIn()) return;
      onNotice?.('so101: the arm comes slowly to its workspace');
      await waitWhile(() => motion.isMoving, 'before it had come to its workspace');
    },

    async state() {
      if (phase === 'closed') throw closed();
      await motion.look();
      return motion.state();
    },

    target: () => motion.target(),

    async send(action) {
      assertArmed();
      motion.check(action); // malformed: at once, and not after a pause
      await waitWhile(() => guard.isHot, 'while it was too hot to move');
      return motion.begin(action, periodS);
    },

    hold,

    async close() {
      if (phase === 'closed') return;
      await hold();
      phase = 'closed';
      motion.stop();
      try {
        if (hasTorque) await joints.switchOff(torque, softStopMs);
      } catch {
        // Unplugged, or without power: there is nothing to switch off.
      } finally {
        await joints.close();
      }
    },
  };
}

function closed(): ForesightError {
  return new ForesightError('so101: the arm is closed', { next: 'open the rig again' });
}

function stalled(gapMs: number, watchdogMs: number): ForesightError {
  const waited = `this computer sent no goal for ${Math.round(gapMs)} ms (at most ${watchdogMs})`;
  return new ForesightError(waited, {
    next: 'give it less to do meanwhile (fewer --threads), then run the command again',
  });
}
