/** The simulated SO-101: a `Robot` on the tabletop world. */
import type { Action, Vector3 } from '../spec/action.ts';
import { ForesightError } from '../spec/errors.ts';
import type { ArmState } from '../spec/episode.ts';
import { inverseKinematics } from '../spec/inverse-kinematics.ts';
import { straightMotion } from '../spec/motion.ts';
import type { World } from '../sim/world.ts';
import { checkWorkspace, limitAction, type Limits } from './limits.ts';
import type { Robot } from './robot.ts';

/** A tip that ends a motion farther than this from its target was held back. */
const BLOCKED_M = 0.006;
/** Shorter than any part of a motion, seconds: parts add up to the whole but for rounding. */
const MOMENT_S = 1e-6;

/** A robot whose time passes only when it is told to. */
export interface SimArm extends Robot {
  /** Carries out the motion under way, or the next part of it, while `seconds` of simulated time pass. */
  advance(seconds: number): void;
  /** Puts the arm down with its tip at `tip`, at rest: for the start of an episode. */
  placeAt(tip: Vector3): void;
}

/**
 * The arm in whichever world is `current` (a rig makes a new world for each scene).
 *
 * @param periodS how long a motion takes, seconds: a control step
 */
export function createSimArm(current: () => World, limits: Limits, periodS: number): SimArm {
  checkWorkspace(limits);
  let armed = false;
  let closed = false;
  let target = current().tip();
  /** Where the motion under way started. */
  let from = target;
  /** How much of its time has passed, seconds. */
  let passedS = 0;

  /**
   * Where the next motion starts: where the tip was told to go, or where it is when something holds it back.
   * Otherwise targets would run away from a blocked arm, and it would press ever harder.
   */
  const base = (): Vector3 => {
    if (from !== target) return target; // on its way
    const tip = current().tip();
    const lag = Math.max(...tip.map((v, d) => Math.abs(v - target[d])));
    return lag > BLOCKED_M ? tip : target;
  };

  const hold = (): void => {
    target = current().tip();
    from = target;
  };

  return {
    name: 'sim-arm',
    actionSpec: limits.actionSpec,

    async arm() {
      if (closed) throw new ForesightError('sim-arm: the arm is closed', { next: 'open the rig again' });
      armed = true;
    },

    async state(): Promise<ArmState> {
      return { jointsRad: current().jointsRad(), tip: current().tip() };
    },

    target: base,

    async send(action: Action) {
      if (!armed) {
        throw new ForesightError('sim-arm: not armed, nothing moves', { next: 'arm it first: robot.arm()' });
      }
      from = base();
      const allowed = limitAction(limits, from, action);
      target = allowed.target;
      passedS = 0;
      return allowed.sent;
    },

    async hold() {
      hold();
    },

    async close() {
      armed = false;
      closed = true;
    },

    advance(seconds) {
      const motion = straightMotion(limits.arm, from, target);
      const before = passedS;
      current().advance((fraction) => motion((before + fraction * seconds) / periodS), seconds);
      passedS += seconds;
      if (passedS > periodS - MOMENT_S) from = target;
    },

    placeAt(tip) {
      current().placeArm(inverseKinematics(limits.arm, tip));
      target = tip;
      from = tip;
    },
  };
}
