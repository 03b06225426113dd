/**
 * The SO-100 / SO-101 arm: six Feetech servos on a serial bus, moved by a stream of short goals along the same chain of
 * hinges as the simulated arm.
 */
import type { Action, ActionSpec, Vector3 } from '../spec/action.ts';
import { ForesightError, messageOf } from '../spec/errors.ts';
import type { ArmState } from '../spec/episode.ts';
import { inverseKinematics } from '../spec/inverse-kinematics.ts';
import { forwardKinematics } from '../spec/kinematics.ts';
import { straightMotion } from '../spec/motion.ts';
import { parseSettings, type ArmSetup } from './arm-setup.ts';
import { SERVO_NAMES } from './feetech/calibration.ts';
import { ServoGuard } from './feetech/servo-guard.ts';
import { ServoJoints, type JointsReading } from './feetech/servo-joints.ts';
import { GoalStream } from './goal-stream.ts';
import { checkWorkspace, insideWorkspace, limitAction, type Limits } from './limits.ts';
import type { Robot } from './robot.ts';
import { findSerialPort } from './serial-port.ts';
import { narrowed, so101SettingsSchema, type So101Settings } from './so101-settings.ts';

/** How often the arm is looked at while nobody asks, ms. */
const WATCH_MS = 100;
/** From wherever it is switched on, the arm comes to the workspace this slowly, rad/s. */
const COMING_IN_RAD_PER_S = 0.4;
/** Joints so near to where inverse kinematics has them need not come in, rad. */
const ON_COURSE_RAD = 0.06;
/** Slower than this is at rest, rad/s: readings tremble by a tick. */
const AT_REST_RAD_PER_S = 0.05;
/** An arm at rest this near to its target keeps its goal when it is held, m: with every new goal it would sag more. */
const KEPT_M = 0.006;

/** Opens the arm on its serial port. Nothing moves, nothing is switched on. */
export async function openSo101(setup: ArmSetup): Promise<Robot> {
  const settings = parseSettings(so101SettingsSchema, setup.settings, 'so101');
  const limits = { ...setup.limits, arm: narrowed(setup.limits.arm, settings.calibration) };
  checkWorkspace(limits);
  const { port = await findSerialPort(), calibration, replyTimeoutMs } = settings;
  const joints = new ServoJoints(port, calibration, replyTimeoutMs);
  try {
    await joints.connect();
    return new So101(joints, limits, settings, setup, await joints.read());
  } catch (error) {
    await joints.close();
    throw error;
  }
}

class So101 implements Robot {
  readonly name = 'so101';
  readonly actionSpec: ActionSpec;
  readonly #joints: ServoJoints;
  readonly #limits: Limits;
  readonly #settings: So101Settings;
  readonly #setup: ArmSetup;
  readonly #torque: readonly number[];
  readonly #stream: GoalStream;
  readonly #guard: ServoGuard;
  #measured: JointsReading;
  #target: Vector3;
  #phase: 'resting' | 'armed' | 'closed' = 'resting';
  #hasTorque = false;
  /** Why the arm holds still although it was armed; until it is armed again. */
  #fault: ForesightError | null = null;
  /** How often it was told to hold: whoever waits for something else then waits no more. */
  #holds = 0;
  #watches = 0;

  constructor(
    joints: ServoJoints,
    limits: Limits,
    settings: So101Settings,
    setup: ArmSetup,
    measured: JointsReading,
  ) {
    this.#joints = joints;
    this.#limits = limits;
    this.#settings = settings;
    this.#setup = setup;
    this.#measured = measured;
    this.#target = insideWorkspace(limits, this.#tip());
    this.actionSpec = limits.actionSpec;
    this.#torque = SERVO_NAMES.map((name) =>
      name === 'gripper' ? settings.gripperTorqueLimit : settings.torqueLimit,
    );
    const { hotC, cooledC, tickMs, watchdogMs, maxRadPerS } = settings;
    this.#guard = new ServoGuard({ hotC, cooledC, torque: this.#torque, labelOf: (k) => joints.labelOf(k) });
    this.#stream = new GoalStream({
      tickMs,
      watchdogMs,
      maxSpeed: SERVO_NAMES.map(() => maxRadPerS),
      write: (goal) => joints.writeGoals(goal),
      onStall: (gapMs) => void this.#fail(stalled(gapMs, watchdogMs)),
      onError: (error) => void this.#fail(error),
    });
  }

  async arm(): Promise<void> {
    if (this.#phase === 'closed') throw closed();
    if (this.#phase === 'armed') return;
    await this.#joints.connect();
    this.#measured = await this.#joints.read();
    this.#stream.startFrom(this.#measured.rad);
    const { maxRadPerS } = this.#settings;
    await this.#joints.switchOn(this.#measured.rad, { torque: this.#torque, maxRadPerS });
    this.#hasTorque = true;
    this.#measured = await this.#joints.read();
    const complaint = this.#joints.complaint();
    if (complaint !== null) throw complaint;
    this.#fault = null;
    this.#phase = 'armed';
    void this.#watch();
    await this.#comeIn();
  }

  async state(): Promise<ArmState> {
    if (this.#phase === 'closed') throw closed();
    this.#measured = await this.#joints.read();
    return { jointsRad: this.#chainRad(), tip: this.#tip() };
  }

  target(): Vector3 {
    return this.#isHeldBack() ? insideWorkspace(this.#limits, this.#tip()) : this.#target;
  }

  async send(action: Action): Promise<number[]> {
    this.#assertArmed();
    limitAction(this.#limits, this.#target, action); // malformed: at once, and not after a pause
    await this.#waitWhile(() => this.#guard.isHot, 'while it was too hot to move');
    const from = this.target();
    // The goal lies in what holds the arm back: the motion starts from where the arm is.
    if (from !== this.#target) this.#stream.startFrom(this.#measured.rad);
    const { target, sent } = limitAction(this.#limits, from, action);
    const path = straightMotion(this.#limits.arm, from, target);
    const gripperRad = this.#stream.goal[SERVO_NAMES.indexOf('gripper')];
    this.#stream.follow((fraction) => [...path(fraction), gripperRad], this.#setup.periodS);
    this.#target = target;
    return sent;
  }

  async hold(): Promise<void> {
    this.#holds++;
    const wasMoving = this.#stream.isMoving;
    this.#stream.stop();
    if (this.#phase !== 'armed') return;
    try {
      this.#measured = await this.#joints.read();
      if (!wasMoving && distance(this.#tip(), this.#target) < KEPT_M) return;
      const here = this.#measured.rad;
      this.#stream.startFrom(here);
      this.#target = insideWorkspace(this.#limits, this.#tip());
      await this.#joints.writeGoals(here);
      this.#stream.follow(() => here, 0);
    } catch (error) {
      await this.#fail(error);
    }
  }

  async close(): Promise<void> {
    if (this.#phase === 'closed') return;
    await this.hold();
    this.#phase = 'closed';
    this.#stream.stop();
    try {
      if (this.#hasTorque) await this.#joints.switchOff(this.#torque, this.#settings.softStopMs);
    } catch {
      // Unplugged, or without power: there is nothing to switch off.
    } finally {
      await this.#joints.close();
    }
  }

  /** Looks at the arm again and again, until it is not armed any more or armed anew. */
  async #watch(): Promise<void> {
    const watch = ++this.#watches;
    while (this.#phase === 'armed' && watch === this.#watches) {
      try {
        this.#measured = await this.#joints.read();
        const complaint = this.#joints.complaint();
        if (complaint !== null) throw complaint;
        const verdict = this.#guard.judge(this.#measured);
        if (verdict !== null) this.#setup.onNotice?.(`so101: ${verdict.notice}`);
        if (verdict?.hold) await this.hold();
      } catch (error) {
        await this.#fail(error);
      }
      await pause(WATCH_MS);
    }
  }

  /** Something is wrong with the arm: every servo that still listens holds where it is, and `send` says why. */
  async #fail(error: unknown): Promise<void> {
    this.#stream.stop();
    this.#holds++;
    if (this.#phase !== 'armed') return;
    this.#phase = 'resting';
    const { message, next } = messageOf(error);
    this.#fault = new ForesightError(`so101 holds still: ${message}`, {
      ...(next ? { next } : {}),
      cause: error,
    });
    this.#setup.onNotice?.(this.#fault.message);
    await this.#joints.holdEach();
  }

  /**
   * Brings the arm to where inverse kinematics has it, over the nearest place of the workspace, slowly: it may have been
   * switched on in any pose.
   */
  async #comeIn(): Promise<void> {
    const { arm, workspace } = this.#limits;
    const inside = insideWorkspace(this.#limits, this.#tip());
    this.#target = inside;
    const offCourse = Math.max(
      ...inverseKinematics(arm, inside).map((rad, k) => Math.abs(rad - this.#measured.rad[k])),
    );
    if (offCourse < ON_COURSE_RAD) return;
    const above: Vector3 = [inside[0], inside[1], workspace.high[2]];
    const from = this.#stream.goal;
    const to = [...inverseKinematics(arm, above), from[SERVO_NAMES.indexOf('gripper')]];
    const farthest = Math.max(...to.map((rad, k) => Math.abs(rad - from[k])));
    this.#setup.onNotice?.('so101: the arm comes slowly to its workspace');
    this.#target = above;
    this.#stream.follow(
      (fraction) => from.map((rad, k) => (fraction === 1 ? to[k] : rad + fraction * (to[k] - rad))),
      farthest / COMING_IN_RAD_PER_S,
    );
    await this.#waitWhile(() => this.#stream.isMoving, 'before it had come to its workspace');
  }

  /** Throws a ForesightError when the arm is held meanwhile. */
  async #waitWhile(condition: () => boolean, meanwhile: string): Promise<void> {
    const holds = this.#holds;
    while (condition()) {
      await pause(this.#settings.tickMs);
      if (this.#holds === holds) continue;
      this.#assertArmed();
      throw new ForesightError(`so101 was held ${meanwhile}`, { next: 'run the command again' });
    }
  }

  #assertArmed(): void {
    if (this.#phase === 'closed') throw closed();
    if (this.#fault !== null) throw this.#fault;
    if (this.#phase === 'armed') return;
    throw new ForesightError('so101: not armed, nothing moves', { next: 'arm it first: robot.arm()' });
  }

  /** Whether the arm is at rest, and not where it was sent. */
  #isHeldBack(): boolean {
    const { atMs, radPerS } = this.#measured;
    if (this.#stream.isMoving || atMs < this.#stream.endedAtMs) return false;
    if (radPerS.some((speed) => Math.abs(speed) > AT_REST_RAD_PER_S)) return false;
    return distance(this.#tip(), this.#target) > this.#settings.blockedM;
  }

  #chainRad(): number[] {
    return this.#measured.rad.slice(0, this.#limits.arm.links.length);
  }

  #tip(): Vector3 {
    return forwardKinematics(this.#limits.arm, this.#chainRad()).tip;
  }
}

/** The largest of the differences, m. */
function distance(a: Vector3, b: Vector3): number {
  return Math.max(...a.map((v, d) => Math.abs(v - b[d])));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
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
