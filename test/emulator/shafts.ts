/** What the emulated servos turn: here, nothing but themselves. */

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
