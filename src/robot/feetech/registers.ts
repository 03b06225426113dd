/**
 * Registers of the Feetech STS3215: where they are, how wide, and how they write negative numbers. Source: Feetech's
 * STS memory table; signs as in LeRobot's feetech tables. Numbers are little-endian.
 */
import { ensure } from '../../spec/errors.ts';

export interface Register {
  readonly address: number;
  readonly bytes: 1 | 2;
  /** The bit that says "negative", where the register has one: sign and magnitude, not two's complement. */
  readonly signBit?: number;
}

const byte = (address: number): Register => ({ address, bytes: 1 });
const word = (address: number, signBit?: number): Register =>
  signBit === undefined ? { address, bytes: 2 } : { address, bytes: 2, signBit };

/** Addresses below 40 are EEPROM: kept without power, and written only while `lock` is 0. */
export const REGISTERS = {
  modelNumber: word(3),
  id: byte(5),
  /** Ticks. */
  minPosition: word(9),
  maxPosition: word(11),
  /** Degrees C at which the servo lets go by itself. */
  maxTemperature: byte(13),
  /** Taken off the encoder's reading, ticks. */
  homingOffset: word(31, 11),
  /** 0: position. */
  mode: byte(33),
  /** 1 holds, 0 is limp. Writing a goal position may turn it on as well. */
  torqueEnable: byte(40),
  /** 100 ticks/s^2; 0 is as fast as it can. */
  acceleration: byte(41),
  /** Ticks. */
  goalPosition: word(42, 15),
  goalTime: word(44),
  /** Ticks a second; 0 is as fast as it can. */
  goalVelocity: word(46, 15),
  /** Thousandths of the full torque. */
  torqueLimit: word(48),
  /** 1: EEPROM is not written. */
  lock: byte(55),
  presentPosition: word(56, 15),
  /** Ticks a second. */
  presentVelocity: word(58, 15),
  /** Thousandths of the full torque. */
  presentLoad: word(60, 10),
  /** Tenths of a volt. */
  presentVoltage: byte(62),
  /** Degrees C. */
  presentTemperature: byte(63),
  moving: byte(66),
  /** 6.5 mA. */
  presentCurrent: word(69, 15),
} as const satisfies Record<string, Register>;

export type RegisterName = keyof typeof REGISTERS;

/** What `modelNumber` says of an STS3215. */
export const STS3215 = 777;

/** A value as the bytes of its register. Throws a ForesightError when it does not fit. */
export function encodeRegister(name: RegisterName, value: number): number[] {
  const { bytes, signBit }: Register = REGISTERS[name];
  const limit = signBit === undefined ? 2 ** (8 * bytes) : 2 ** signBit;
  const isNegative = value < 0;
  ensure(
    Number.isInteger(value) && Math.abs(value) < limit && !(isNegative && signBit === undefined),
    `register ${name}: expected a whole number ${signBit === undefined ? '0' : 1 - limit}..${limit - 1}, got ${value}`,
  );
  const raw = isNegative ? Math.abs(value) + limit : value;
  return bytes === 1 ? [raw] : [raw & 0xff, raw >> 8];
}

/** A register's value from bytes that start at address `from`. */
export function decodeRegister(name: RegisterName, bytes: readonly number[], from: number): number {
  const { address, bytes: width, signBit }: Register = REGISTERS[name];
  const at = address - from;
  const raw = width === 1 ? bytes[at] : bytes[at] | (bytes[at + 1] << 8);
  if (signBit === undefined || (raw & (1 << signBit)) === 0) return raw;
  return -(raw & ((1 << signBit) - 1));
}
