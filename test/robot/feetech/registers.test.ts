import { describe, expect, it } from 'vitest';
import { decodeRegister, encodeRegister } from '../../../src/robot/feetech/registers.ts';

describe('registers', () => {
  it.each([
    ['goalPosition', 2048, [0x00, 0x08]],
    ['goalPosition', -6, [0x06, 0x80]], // bit 15 says negative: not two's complement
    ['homingOffset', -85, [0x55, 0x08]], // bit 11
    ['homingOffset', 2047, [0xff, 0x07]],
    ['presentLoad', -300, [0x2c, 0x05]], // bit 10
    ['presentVelocity', -1000, [0xe8, 0x83]],
    ['torqueLimit', 500, [0xf4, 0x01]],
    ['torqueEnable', 1, [1]],
  ] as const)('%s %d is %j', (name, value, bytes) => {
    expect(encodeRegister(name, value)).toEqual(bytes);
    const from = { goalPosition: 42, homingOffset: 31, presentLoad: 60, presentVelocity: 58 };
    const address = (from as Record<string, number>)[name] ?? (name === 'torqueLimit' ? 48 : 40);
    expect(decodeRegister(name, [...bytes], address)).toBe(value);
  });

  it('finds a register within a block', () => {
    const block = [0x00, 0x08, 0x00, 0x80, 0x64, 0x04, 0x79, 0x1e]; // 56..63
    expect(decodeRegister('presentPosition', block, 56)).toBe(2048);
    expect(decodeRegister('presentLoad', block, 56)).toBe(-100);
    expect(decodeRegister('presentVoltage', block, 56)).toBe(121);
    expect(decodeRegister('presentTemperature', block, 56)).toBe(30);
  });

  it('refuses what does not fit', () => {
    expect(() => encodeRegister('homingOffset', 2048)).toThrow(
      /expected a whole number -2047..2047, got 2048/,
    );
    expect(() => encodeRegister('torqueLimit', -1)).toThrow(/expected a whole number 0..65535, got -1/);
    expect(() => encodeRegister('goalPosition', 0.5)).toThrow(/whole number/);
  });
});
