/**
 * One Feetech STS3215 as its driver sees it: registers, a motion profile towards the goal, limits, flags. Written from
 * Feetech's memory table and not from the driver's, so that the two can disagree.
 */
import type { Drive } from './shafts.ts';

const EEPROM_BYTES = 40;
const MEMORY_BYTES = 86;
/** As fast as it goes at 12 V, ticks/s. */
const TOP_SPEED = 3000;
/** ticks/s^2, where no acceleration is set. */
const TOP_ACCELERATION = 25_000;
const OVERHEAT = 1 << 2;
const OVERLOAD = 1 << 5;

export class EmulatedServo {
  readonly memory = new Uint8Array(MEMORY_BYTES);
  readonly eeprom = new Uint8Array(EEPROM_BYTES);
  /** Error byte of its replies: flags that stay up until the power is switched off or a test takes them down. */
  flags = 0;
  temperatureC = 30;
  /** Where its shaft is, ticks of the encoder before the homing offset. */
  shaft: number;
  /** How often its goal was written. */
  goalWrites = 0;
  /** Every torque limit since it was switched on, thousandths. */
  torqueLimits: number[] = [];
  #setPoint: number;
  #speed = 0;
  #load = 0;
  #overloadedS = 0;

  constructor(id: number, shaft: number, homingOffset = 0) {
    this.shaft = shaft;
    this.#setPoint = shaft;
    this.eeprom.set([3, 10, 0, 9, 3, id, 0, 0, 1, 0, 0, 0xff, 0x0f, 70, 140, 40, 0xe8, 0x03]);
    // Protective torque %, protection time in 10 ms, overload torque %.
    this.eeprom.set([20, 200, 80], 34);
    this.memory.set(this.eeprom);
    this.#putSigned(31, homingOffset, 11);
    this.eeprom.set(this.memory.subarray(31, 33), 31);
    this.switchOn();
  }

  get id(): number {
    return this.memory[5];
  }

  get torqueOn(): boolean {
    return this.memory[40] === 1;
  }

  /** Power off and on: what was not written to EEPROM is forgotten. */
  switchOn(): void {
    this.memory.fill(0);
    this.memory.set(this.eeprom);
    this.memory.set(this.eeprom.subarray(16, 18), 48);
    this.torqueLimits = [this.#torque()];
    this.memory[55] = 1;
    this.flags = 0;
    this.#setPoint = this.shaft;
    this.#speed = 0;
    this.#putSigned(42, Math.round(this.shaft - this.#offset()), 15);
  }

  read(address: number, count: number): number[] {
    this.#putSigned(56, Math.round(this.shaft - this.#offset()), 15);
    this.#putSigned(58, Math.round(this.#speed), 15);
    this.#putSigned(60, Math.round(this.#load), 10);
    this.memory[62] = 121;
    this.memory[63] = Math.round(this.temperatureC);
    this.memory[66] = Math.abs(this.#speed) > 1 ? 1 : 0;
    this.#putSigned(69, Math.round(Math.abs(this.#load) / 4), 15);
    return Array.from(this.memory.subarray(address, address + count));
  }

  write(address: number, bytes: readonly number[]): void {
    // The lock is looked at before the write: a write that lifts it does not write EEPROM by itself.
    const mayKeep = this.memory[55] === 0;
    bytes.forEach((byte, k) => {
      const at = address + k;
      if (at < 5 || at >= 56) return; // read-only
      this.memory[at] = byte;
      if (at < EEPROM_BYTES && mayKeep) this.eeprom[at] = byte;
    });
    if (address === 48) this.torqueLimits.push(this.#torque());
    const writesGoal = address <= 42 && address + bytes.length >= 44;
    if (!writesGoal) return;
    this.goalWrites++;
    this.memory[40] = 1; // a goal switches torque on
    // Overload protection ends with a goal that it can hold.
    const lag = this.#goal() + this.#offset() - this.shaft;
    if (Math.abs(lag) < 20) this.flags &= ~OVERLOAD;
  }

  /** Where it drives its shaft during the next `seconds`. */
  drive(seconds: number): Drive {
    if (!this.torqueOn) {
      this.#setPoint = this.shaft;
      this.#speed = 0;
      return { setPoint: null, torque: 0 };
    }
    const goal = this.#goal() + this.#offset();
    const topSpeed = Math.min(TOP_SPEED, this.#signed(46, 15) || TOP_SPEED);
    const acceleration = this.memory[41] === 0 ? TOP_ACCELERATION : 100 * this.memory[41];
    const distance = goal - this.#setPoint;
    const brakeable = Math.sqrt(2 * acceleration * Math.abs(distance));
    const wanted = Math.sign(distance) * Math.min(topSpeed, brakeable);
    const change = acceleration * seconds;
    this.#speed += Math.max(-change, Math.min(change, wanted - this.#speed));
    const step = this.#speed * seconds;
    if (Math.abs(step) >= Math.abs(distance)) {
      this.#setPoint = goal;
      this.#speed = 0;
    } else this.#setPoint += step;
    return { setPoint: this.#setPoint, torque: this.#torque() };
  }

  /** The shaft has been turned for `seconds`, as far as it let itself be. */
  turned(shaft: number, seconds: number): void {
    this.shaft = shaft;
    const lag = this.torqueOn ? this.#setPoint - shaft : 0;
    this.#load = Math.sign(lag) * Math.min(this.#torque(), 4 * Math.max(0, Math.abs(lag) - 10));
    const share = Math.abs(this.#load) / 1000;
    this.temperatureC += (Math.max(0, 70 * share - (this.temperatureC - 30)) * seconds) / 60;
    this.#overloadedS = share >= this.memory[36] / 100 ? this.#overloadedS + seconds : 0;
    if (this.#overloadedS > this.memory[35] / 100) this.flags |= OVERLOAD;
    if (this.temperatureC >= this.memory[13]) {
      this.flags |= OVERHEAT;
      this.memory[40] = 0;
    }
  }

  #torque(): number {
    const limit = this.memory[48] | (this.memory[49] << 8);
    return (this.flags & OVERLOAD) === 0 ? limit : Math.min(limit, 10 * this.memory[34]);
  }

  /** The goal within the servo's own position limits, ticks after the homing offset. */
  #goal(): number {
    const [low, high] = [this.memory[9] | (this.memory[10] << 8), this.memory[11] | (this.memory[12] << 8)];
    return Math.max(low, Math.min(high, this.#signed(42, 15)));
  }

  #offset(): number {
    return this.#signed(31, 11);
  }

  #signed(address: number, signBit: number): number {
    const raw = this.memory[address] | (this.memory[address + 1] << 8);
    const magnitude = raw % 2 ** signBit;
    return raw >= 2 ** signBit ? -magnitude : magnitude;
  }

  #putSigned(address: number, value: number, signBit: number): void {
    const raw = Math.abs(value) + (value < 0 ? 2 ** signBit : 0);
    this.memory[address] = raw % 256;
    this.memory[address + 1] = Math.floor(raw / 256);
  }
}
