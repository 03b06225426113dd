/** What the emulated servos turn: nothing but themselves, or the arm of the simulated tabletop. */
import type { World } from '../../src/sim/world.ts';

/** How hard a servo pulls, and where to. */
export interface Drive {
  /** Where the shaft shall be, ticks of the encoder; null: limp. */
  readonly setPoint: number | null;
  /** Thousandths of the full torque that it may use. */
  readonly torque: number;
}

export interface Shafts {
  /** Lets time pass; returns where every shaft is then, ticks of the encoder. */
  turn(drives: readonly Drive[], seconds: number): number[];
}

/** A shaft follows its set-point this late, seconds: about what an STS3215 does without load. */
const LAG_S = 0.02;

/** Shafts that turn freely, unless something resists. */
export class FreeShafts implements Shafts {
  readonly positions: number[];
  /** Thousandths of the full torque that each needs to turn at all; Infinity: jammed. */
  readonly resistance: number[];

  constructor(positions: readonly number[]) {
    this.positions = [...positions];
    this.resistance = positions.map(() => 50);
  }

  turn(drives: readonly Drive[], seconds: number): number[] {
    drives.forEach(({ setPoint, torque }, k) => {
      if (setPoint === null || torque <= this.resistance[k]) return;
      this.positions[k] += (setPoint - this.positions[k]) * (1 - Math.exp(-seconds / LAG_S));
    });
    return [...this.positions];
  }
}

/**
 * The arm of the simulated tabletop, its joints turned by the first servos; what follows them (the gripper) turns freely.
 * The world may change between two turns, as at a new scene.
 *
 * @param direction of each joint's servo, as in its calibration; encoders read 2048 at a joint's zero
 */
export class WorldShafts implements Shafts {
  readonly #world: () => World;
  readonly #direction: readonly (1 | -1)[];
  readonly #others: FreeShafts;
  #left = 0;

  constructor(world: () => World, direction: readonly (1 | -1)[], others: readonly number[]) {
    this.#world = world;
    this.#direction = direction;
    this.#others = new FreeShafts(others);
  }

  turn(drives: readonly Drive[], seconds: number): number[] {
    const world = this.#world();
    const joints = world.arm.links.length;
    const now = world.jointsRad();
    const targets = now.map((rad, k) => {
      const { setPoint } = drives[k];
      return setPoint === null ? rad : toRad(setPoint, this.#direction[k]);
    });
    // Whole physics steps; the rest of the time is for the next turn.
    this.#left += seconds;
    const steps = Math.floor(this.#left / world.timestepS() + 1e-6);
    this.#left -= steps * world.timestepS();
    if (steps > 0) world.advance(() => targets, steps * world.timestepS());
    const others = this.#others.turn(drives.slice(joints), seconds);
    return [...world.jointsRad().map((rad, k) => toTicks(rad, this.#direction[k])), ...others];
  }
}

const TICKS_PER_RAD = 4096 / (2 * Math.PI);

function toRad(ticks: number, direction: 1 | -1): number {
  return (direction * (ticks - 2048)) / TICKS_PER_RAD;
}

function toTicks(rad: number, direction: 1 | -1): number {
  return 2048 + direction * rad * TICKS_PER_RAD;
}
