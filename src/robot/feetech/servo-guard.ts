/** Watches over the servos' temperature and load: when the arm should pause, and when it should give way. */
import type { JointsReading } from './servo-joints.ts';

export interface ServoGuardOptions {
  readonly hotC: number;
  readonly cooledC: number;
  /** The torque limits, shares of the full torque, 0..1; one a servo. */
  readonly torque: readonly number[];
  /** What the k-th servo is called. */
  readonly labelOf: (k: number) => string;
}

/** What to do now: nothing (null), or to hold still, and what people are told. */
export interface Verdict {
  readonly hold: boolean;
  readonly notice: string;
}

/** A servo that uses this share of its torque limit presses. */
const PRESSING_SHARE = 0.95;
/** For so long, ms, and it gives way: pushing an object takes less. */
const PRESSING_MS = 800;

export class ServoGuard {
  readonly #options: ServoGuardOptions;
  #isHot = false;
  #pressingSinceMs: number | null = null;

  constructor(options: ServoGuardOptions) {
    this.#options = options;
  }

  /** Whether the arm pauses until it has cooled down. */
  get isHot(): boolean {
    return this.#isHot;
  }

  judge(reading: JointsReading): Verdict | null {
    return this.#judgeHeat(reading) ?? this.#judgeLoad(reading);
  }

  #judgeHeat({ temperatureC }: JointsReading): Verdict | null {
    const { hotC, cooledC, labelOf } = this.#options;
    const hottest = Math.max(...temperatureC);
    const who = labelOf(temperatureC.indexOf(hottest));
    if (!this.#isHot && hottest >= hotC) {
      this.#isHot = true;
      return {
        hold: true,
        notice: `${who} is at ${hottest} °C: the arm pauses until it is at ${cooledC} °C`,
      };
    }
    if (this.#isHot && hottest <= cooledC) {
      this.#isHot = false;
      return { hold: false, notice: `all servos are at ${hottest} °C or under: the arm goes on` };
    }
    return null;
  }

  #judgeLoad({ load, atMs }: JointsReading): Verdict | null {
    const { torque, labelOf } = this.#options;
    const k = load.findIndex((share, i) => share >= PRESSING_SHARE * torque[i]);
    if (k < 0) {
      this.#pressingSinceMs = null;
      return null;
    }
    this.#pressingSinceMs ??= atMs;
    if (atMs - this.#pressingSinceMs < PRESSING_MS) return null;
    this.#pressingSinceMs = null;
    return { hold: true, notice: `${labelOf(k)} pressed with all its torque: the arm gives way` };
  }
}
