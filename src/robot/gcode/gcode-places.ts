/** Places of the table as G-code: metres and the table's frame here, millimetres and the firmware's frame there. */
import type { Vector3 } from '../../spec/action.ts';
import { ForesightError } from '../../spec/errors.ts';
import type { GcodeLine } from './gcode-line.ts';

export interface GcodeDialect {
  /** Where the firmware's zero is in the table's frame, m, and how far its x axis is turned from ours, rad. */
  readonly zero: Vector3;
  readonly yawRad: number;
  /** How long a piece of a motion may take, ms. */
  readonly tickMs: number;
  readonly startup: readonly string[];
  readonly positionQuery: string;
  readonly stop: string;
  readonly shutdown: readonly string[];
}

export class GcodePlaces {
  readonly #line: GcodeLine;
  readonly #dialect: GcodeDialect;
  /** Where the next piece starts, m. */
  #last: Vector3 = [0, 0, 0];

  constructor(line: GcodeLine, dialect: GcodeDialect) {
    this.#line = line;
    this.#dialect = dialect;
  }

  /** Opens the line again if it was lost; motors on. Returns where the tip then is, m. */
  async switchOn(): Promise<Vector3> {
    await this.#line.open(this.#dialect.positionQuery);
    // Millimetres, absolute.
    for (const command of ['G21', 'G90', ...this.#dialect.startup]) await this.#line.command(command);
    this.#last = await this.whereItIs();
    return this.#last;
  }

  /** One piece of the way, at the speed that takes the tip there within a tick. */
  async goTo(place: Vector3): Promise<void> {
    const { tickMs } = this.#dialect;
    const lengthMm = 1000 * Math.hypot(...place.map((v, d) => v - this.#last[d]));
    if (lengthMm < 0.001) return; // each piece was answered: the end need not be sent again
    const [x, y, z] = this.#toFirmware(place).map((v) => (1000 * v).toFixed(3));
    const mmPerMinute = Math.ceil((lengthMm / tickMs) * 60_000);
    await this.#line.command(`G1 X${x} Y${y} Z${z} F${mmPerMinute}`);
    this.#last = place;
  }

  /** Where the firmware says that the tip is, m. */
  async whereItIs(): Promise<Vector3> {
    const { positionQuery } = this.#dialect;
    const answer = (await this.#line.command(positionQuery)).join(' ');
    const match = /X:?\s*(-?[\d.]+)\s*Y:?\s*(-?[\d.]+)\s*Z:?\s*(-?[\d.]+)/i.exec(answer);
    if (match === null) {
      const got = `no position in the answer to ${positionQuery}: '${answer}'`;
      throw new ForesightError(`${this.#line.path}: ${got}`, {
        next: "set positionQuery in the arm's settings (Marlin: M114, uArm: P2220)",
      });
    }
    return this.#toTable(match.slice(1, 4).map((mm) => Number(mm) / 1000) as unknown as Vector3);
  }

  /** Stops at once. Returns where that was, m: the next piece starts there. */
  async stop(): Promise<Vector3> {
    await this.#line.command(this.#dialect.stop);
    this.#last = await this.whereItIs();
    return this.#last;
  }

  /** Motors off where they may be on; gives the line back. Never throws. */
  async close(hasMotorsOn: boolean): Promise<void> {
    try {
      if (hasMotorsOn) for (const command of this.#dialect.shutdown) await this.#line.command(command);
    } catch {
      // Unplugged: there is nothing to switch off.
    } finally {
      await this.#line.close();
    }
  }

  #toFirmware([x, y, z]: Vector3): Vector3 {
    const { zero, yawRad } = this.#dialect;
    const [dx, dy] = [x - zero[0], y - zero[1]];
    const [c, s] = [Math.cos(yawRad), Math.sin(yawRad)];
    return [c * dx + s * dy, c * dy - s * dx, z - zero[2]];
  }

  #toTable([x, y, z]: Vector3): Vector3 {
    const { zero, yawRad } = this.#dialect;
    const [c, s] = [Math.cos(yawRad), Math.sin(yawRad)];
    return [zero[0] + c * x - s * y, zero[1] + s * x + c * y, zero[2] + z];
  }
}
