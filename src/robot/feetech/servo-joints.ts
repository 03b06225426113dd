/** The servos of an SO-101 as joints in radians: five of the chain, and the gripper. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ForesightError } from '../../spec/errors.ts';
import { ServoBus } from './bus.ts';
import {
  radToTicks,
  SERVO_NAMES,
  ticksToRad,
  tickSpeedToRad,
  type Calibration,
  type ServoCalibration,
} from './calibration.ts';
import { STS3215 } from './registers.ts';
import { ServoError } from './servo-error.ts';

/** What all servos report at one moment; one number each, from the base on, the gripper last. */
export interface JointsReading {
  /** When it was read, on the clock of `performance.now()`. */
  readonly atMs: number;
  readonly rad: readonly number[];
  readonly radPerS: readonly number[];
  /** Share of the full torque, 0..1. */
  readonly load: readonly number[];
  readonly temperatureC: readonly number[];
  /** Share of the full torque that the servos may use, 0..1. */
  readonly torqueLimit: readonly number[];
}

/** How servos follow their goals. */
export interface ServoMotion {
  /** Share of the full torque, 0..1; one a servo. */
  readonly torque: readonly number[];
  readonly maxRadPerS: number;
}

/** 100 ticks/s^2 each: a goal that is one tick of the stream ahead is reached within it, softly. */
const ACCELERATION = 254;

export class ServoJoints {
  readonly bus: ServoBus;
  readonly path: string;
  readonly #servos: readonly ServoCalibration[];
  readonly #ids: readonly number[];
  /** Since they were switched on, shares of the full torque. */
  #torqueLimit: readonly number[] = [];

  constructor(path: string, calibration: Calibration, replyTimeoutMs: number) {
    this.path = path;
    this.#servos = SERVO_NAMES.map((name) => calibration[name]);
    this.#ids = this.#servos.map(({ id }) => id);
    this.bus = new ServoBus(path, { timeoutMs: replyTimeoutMs, label: (id) => this.label(id) });
  }

  /** What a servo is called: its id is on its case, its name in the manual. */
  label(id: number): string {
    return `servo ${id} (${SERVO_NAMES[this.#ids.indexOf(id)]})`;
  }

  /** The label of the k-th servo from the base on. */
  labelOf(k: number): string {
    return this.label(this.#ids[k]);
  }

  /**
   * Opens the line and checks that the servos are those of the calibration. Changes nothing. Throws a ForesightError
   * when one does not answer, or is another.
   */
  async connect(): Promise<void> {
    await this.bus.open();
    const found = await this.bus.syncRead(this.#ids, ['modelNumber', 'homingOffset', 'mode']);
    found.forEach(({ modelNumber, homingOffset, mode }, k) => {
      const servo = `${this.labelOf(k)} on ${this.path}`;
      const expected = this.#servos[k].homingOffset;
      if (modelNumber !== STS3215) {
        throw new ForesightError(
          `${servo}: expected an STS3215 (model ${STS3215}), got model ${modelNumber}`,
          {
            next: 'this driver moves SO-100 and SO-101 arms only; check which arm is plugged in',
          },
        );
      }
      if (mode !== 0) {
        throw new ForesightError(`${servo}: expected position mode (0), got mode ${mode}`, {
          next: 'npx foresight calibrate --rig FILE --step servos',
        });
      }
      if (homingOffset !== expected) {
        const got = `expected homing offset ${expected} as in the calibration, got ${homingOffset}`;
        throw new ForesightError(`${servo}: ${got}: it was calibrated since, or is another arm`, {
          next: 'npx foresight calibrate --rig FILE --step servos',
        });
      }
    });
  }

  async read(): Promise<JointsReading> {
    const all = await this.bus.syncRead(this.#ids, [
      'torqueLimit',
      'presentPosition',
      'presentVelocity',
      'presentLoad',
      'presentTemperature',
    ]);
    const servos = this.#servos;
    return {
      atMs: performance.now(),
      rad: all.map(({ presentPosition }, k) => ticksToRad(servos[k], presentPosition)),
      radPerS: all.map(({ presentVelocity }, k) => tickSpeedToRad(servos[k], presentVelocity)),
      load: all.map(({ presentLoad }) => Math.abs(presentLoad) / 1000),
      temperatureC: all.map(({ presentTemperature }) => presentTemperature),
      torqueLimit: all.map(({ torqueLimit }) => torqueLimit / 1000),
    };
  }

  /**
   * What a servo complained of when it was last read; or that it has restarted since it was switched on, and would now
   * use all of its torque. Null when all is well.
   */
  complaint({ torqueLimit }: JointsReading): ServoError | null {
    const k = torqueLimit.findIndex((limit, servo) => limit !== (this.#torqueLimit[servo] ?? limit));
    if (k < 0) return this.bus.complaint(this.#ids);
    return new ServoError('restarted', [this.#ids[k]], `${this.labelOf(k)} lost its power for a moment`, {
      next: 'check the power supply and the cables between the servos, then run the command again',
    });
  }

  /** Sends the servos on, radians, one a servo. */
  async writeGoals(rad: readonly number[]): Promise<void> {
    await this.bus.syncWrite('goalPosition', this.#ids, this.#toTicks(rad));
  }

  /**
   * Switches torque on, softly: with its limits set first, and the present position as the goal, since a servo that is
   * switched on goes to the goal it had.
   */
  async switchOn(rad: readonly number[], { torque, maxRadPerS }: ServoMotion): Promise<void> {
    const all = (value: number): number[] => this.#ids.map(() => value);
    const fastest = Math.round(Math.abs(maxRadPerS / tickSpeedToRad(this.#servos[0], 1)));
    const goals = this.#toTicks(rad);
    // Each with a reply: a lost limit would not be noticed otherwise.
    for (const [k, id] of this.#ids.entries()) {
      await this.bus.write(id, 'torqueLimit', Math.round(1000 * torque[k]));
      await this.bus.write(id, 'acceleration', ACCELERATION);
      await this.bus.write(id, 'goalVelocity', fastest);
      await this.bus.write(id, 'goalPosition', goals[k]);
    }
    await this.bus.syncWrite('torqueEnable', this.#ids, all(1));
    // A servo may allow itself less than it is told to.
    this.#torqueLimit = (await this.read()).torqueLimit;
  }

  /** Lets the torque fade away within `ms`, so that the arm sinks and does not drop. */
  async switchOff(torque: readonly number[], ms: number): Promise<void> {
    const steps = Math.max(1, Math.round(ms / 50));
    for (let step = 1; step <= steps; step++) {
      const left = 1 - step / steps;
      const limits = torque.map((share) => Math.round(1000 * share * left));
      await this.bus.syncWrite('torqueLimit', this.#ids, limits);
      await sleep(ms / steps);
    }
    for (const id of this.#ids) await this.bus.write(id, 'torqueEnable', 0);
  }

  /**
   * Makes every servo that still answers hold where it is: each on its own, since one may be silent. When two are, they
   * have no power, and nobody is waited for. Never throws.
   */
  async holdEach(): Promise<void> {
    let silent = 0;
    for (const id of this.#ids) {
      if (!this.bus.isOpen || silent > 1) return;
      try {
        await this.bus.write(id, 'goalPosition', await this.bus.read(id, 'presentPosition'));
      } catch {
        silent++;
      }
    }
  }

  async close(): Promise<void> {
    await this.bus.close();
  }

  #toTicks(rad: readonly number[]): number[] {
    return rad.map((value, k) => radToTicks(this.#servos[k], value));
  }
}
