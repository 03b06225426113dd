/** Parsers for commander's options. Each rejects what it cannot mean, so that the command exits with code 2. */
import { InvalidArgumentError } from 'commander';
import type { Pixel } from '../src/spec/pixel.ts';
import { parsePart, type Part } from '../src/spec/video.ts';

/** 1, 2, 3, ... */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError(`expected a whole number from 1, got '${text}'`);
  }
  return value;
}

/** 0, 1, 2, ... */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(`expected a whole number from 0, got '${text}'`);
  }
  return value;
}

/** A seed: a whole number from 0 to 4294967295, the generator's range. */
export function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffffffff) {
    throw new InvalidArgumentError(`expected a whole number from 0 to 4294967295, got '${text}'`);
  }
  return value;
}

/** A TCP port: 0 to 65535, where 0 asks for any free one. */
export function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65535) {
    throw new InvalidArgumentError(`expected a port from 0 to 65535, got '${text}'`);
  }
  return value;
}

/** A finite number above 0, such as a rate or a time. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError(`expected a number above 0, got '${text}'`);
  }
  return value;
}

/** Numbers above 0, separated by commas. */
export function positiveNumbers(text: string): number[] {
  return text.split(',').map((part) => positiveNumber(part.trim()));
}

/** Whole numbers from 1, with commas between them. */
export function positiveIntegers(text: string): number[] {
  return text.split(',').map((part) => positiveInteger(part.trim()));
}

/** A pixel as `row,col`, whole or fractional, from 0. */
export function pixel(text: string): Pixel {
  const match = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) throw new InvalidArgumentError(`expected ROW,COL such as 20,31, got '${text}'`);
  return { row: Number(match[1]), col: Number(match[2]) };
}

/** One more pixel of an option that may be given several times. */
export function pixels(text: string, before: readonly Pixel[] = []): readonly Pixel[] {
  return [...before, pixel(text)];
}

/** Settings as `key=value,key=value`, numbers; which keys there are is for whoever takes them to say. */
export function settings(text: string): Record<string, number> {
  const entries = text.split(',').map((entry): [string, number] => {
    const match = /^\s*([^=\s]+)\s*=\s*(\S+)\s*$/.exec(entry);
    const value = Number(match?.[2]);
    if (match === null || !Number.isFinite(value)) {
      throw new InvalidArgumentError(`expected KEY=NUMBER, separated by commas, got '${entry}'`);
    }
    return [match[1], value];
  });
  const keys = entries.map(([key]) => key);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw new InvalidArgumentError(`'${twice}' is given twice`);
  return Object.fromEntries(entries);
}

/** Settings as `key=value,key=value`, any text: what they mean is for another program to say. */
export function words(text: string): Record<string, string> {
  const entries = text.split(',').map((entry): [string, string] => {
    const match = /^\s*([A-Za-z][\w:]*)=(.*?)\s*$/.exec(entry);
    if (match === null)
      throw new InvalidArgumentError(`expected KEY=VALUE, separated by commas, got '${entry}'`);
    return [match[1], match[2]];
  });
  return Object.fromEntries(entries);
}

/** A part of a picture as `top,left,height,width`, pixels. */
export function crop(text: string): Part {
  const part = parsePart(text);
  if (part === null) throw new InvalidArgumentError(`expected TOP,LEFT,HEIGHT,WIDTH, got '${text}'`);
  return part;
}

/** Names separated by commas. */
export function names(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === '')) {
    throw new InvalidArgumentError(`expected names separated by commas, got '${text}'`);
  }
  return parts;
}
