/** Where the SO-101 is, and where it goes: actions as streams of joint goals along the rig's chain of hinges. */
import type { Action, Vector3 } from '../spec/action.ts';
import type { ArmState } from '../spec/episode.ts';
import { inverseKinematics } from '../spec/inverse-kinematics.ts';
import { forwardKinematics } from '../spec/kinematics.ts';
import { straightMotion } from '../spec/motion.ts';
import { SERVO_NAMES } from './feetech/calibration.ts';
import type { JointsReading, ServoJoints } from './feetech/servo-joints.ts';
import { GoalStream, type GoalStreamOptions } from './goal-stream.ts';
import { insideWorkspace, limitAction, type Limits } from './limits.ts';
import type { So101Settings } from './so101-settings.ts';

/** From wherever it is switched on, the arm comes to the workspace this slowly, rad/s. */
const COMING_IN_RAD_PER_S = 0.4;
/** Joints so near to where inverse kinematics has them need not come in, rad. */
const ON_COURSE_RAD = 0.06;
/** Slower than this is at rest, rad/s: readings tremble by a tick. */
const AT_REST_RAD_PER_S = 0.05;
/** An arm at rest this near to its target keeps its goal when it is held, m: with every new goal it would sag more. */
const KEPT_M = 0.006;
const GRIPPER = SERVO_NAMES.indexOf('gripper');

export class So101Motion {
  readonly #joints: ServoJoints;
  readonly #limits: Limits;
  readonly #blockedM: number;
  readonly #stream: GoalStream;
  #measured: JointsReading;
  #target: Vector3;

  constructor(
    joints: ServoJoints,
    limits: Limits,
    { tickMs, watchdogMs, maxRadPerS, blockedM }: So101Settings,
    measured: JointsReading,
    { onStall, onError }: Pick<GoalStreamOptions, 'onStall' | 'onError'>,
  ) {
    this.#joints = joints;
    this.#limits = limits;
    this.#blockedM = blockedM;
    this.#measured = measured;
    this.#target = insideWorkspace(limits, this.#tip());
    this.#stream = new GoalStream({
      tickMs,
      watchdogMs,
      maxSpeed: SERVO_NAMES.map(() => maxRadPerS),
      write: (goal) => joints.writeGoals(goal),
      onStall,
      onError,
    });
  }

  get isMoving(): boolean {
    return this.#stream.isMoving;
  }

  /** Reads where the joints are. Throws a ForesightError when a servo does not answer. */
  async look(): Promise<JointsReading> {
    this.#measured = await this.#joints.read();
    return this.#measured;
  }

  /** As last looked at. */
  state(): ArmState {
    return { jointsRad: this.#chainRad(), tip: this.#tip() };
  }

  /** Where the tip was sent; where it is when something holds it back. */
  target(): Vector3 {
    return this.#isHeldBack() ? insideWorkspace(this.#limits, this.#tip()) : this.#target;
  }

  /** The joints have been switched on where they were last seen. */
  startHere(): void {
    this.#stream.startFrom(this.#measured.rad);
    this.#target = insideWorkspace(this.#limits, this.#tip());
  }

  /** Throws a ForesightError when the action is malformed. */
  check(action: Action): void {
    limitAction(this.#limits, this.#target, action);
  }

  /** Begins one control step's motion; returns the action as SENT. */
  begin(action: Action, periodS: number): number[] {
    const from = this.target();
    // The goal lies in what holds the arm back: the motion starts from where the arm is.
    if (from !== this.#target) this.#stream.startFrom(this.#measured.rad);
    const { target, sent } = limitAction(this.#limits, from, action);
    const path = straightMotion(this.#limits.arm, from, target);
    const gripperRad = this.#stream.goal[GRIPPER];
    this.#stream.follow((fraction) => [...path(fraction), gripperRad], periodS);
    this.#target = target;
    return sent;
  }

  /**
   * Begins to bring the arm to where inverse kinematics has it, above the nearest place of the workspace, slowly: it may
   * have been switched on in any pose. Returns whether there is a need to.
   */
  comeIn(): boolean {
    const { arm, workspace } = this.#limits;
    const [x, y] = this.#target;
    const course = inverseKinematics(arm, this.#target);
    if (course.every((rad, k) => Math.abs(rad - this.#measured.rad[k]) < ON_COURSE_RAD)) return false;
    this.#target = [x, y, workspace.high[2]];
    const from = this.#stream.goal;
    const to = [...inverseKinematics(arm, this.#target), from[GRIPPER]];
    const farthest = Math.max(...to.map((rad, k) => Math.abs(rad - from[k])));
    this.#stream.follow(
      (fraction) => from.map((rad, k) => rad + fraction * (to[k] - rad)),
      farthest / COMING_IN_RAD_PER_S,
    );
    return true;
  }

  /** Sends no more goals: the arm comes to rest at the last one. */
  stop(): void {
    this.#stream.stop();
  }

  /** Stops where it is now. Throws a ForesightError when the servos cannot be told. */
  async hold(): Promise<void> {
    const wasMoving = this.#stream.isMoving;
    this.#stream.stop();
    await this.look();
    if (!wasMoving && distance(this.#tip(), this.#target) < KEPT_M) return;
    const here = this.#measured.rad;
    this.startHere();
    await this.#joints.writeGoals(here);
    this.#stream.follow(() => here, 0);
  }

  /** Whether the arm is at rest, and not where it was sent. */
  #isHeldBack(): boolean {
    const { atMs, radPerS } = this.#measured;
    if (this.#stream.isMoving || atMs < this.#stream.endedAtMs) return false;
    if (radPerS.some((speed) => Math.abs(speed) > AT_REST_RAD_PER_S)) return false;
    return distance(this.#tip(), this.#target) > this.#blockedM;
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
