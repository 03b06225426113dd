import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import {
  crop,
  pixel,
  portNumber,
  positiveInteger,
  positiveIntegers,
  positiveNumber,
  positiveNumbers,
  seed,
  settings,
  words,
} from '../../tools/options.ts';

test('options mean what they say', () => {
  expect(positiveInteger('12')).toBe(12);
  expect(seed('0')).toBe(0);
  expect(seed('4294967295')).toBe(4294967295);
  expect(portNumber('8377')).toBe(8377);
  expect(positiveNumber('0.5')).toBe(0.5);
  expect(settings('width=0.25, kernel=9')).toEqual({ width: 0.25, kernel: 9 });
  expect(words('video_size=640x480,framerate=30')).toEqual({ video_size: '640x480', framerate: '30' });
  expect(crop('0,80,360,480')).toEqual({ top: 0, left: 80, height: 360, width: 480 });
  expect(positiveNumbers('10, 20,0.5')).toEqual([10, 20, 0.5]);
  expect(positiveIntegers('300, 3000')).toEqual([300, 3000]);
  expect(pixel('20,31.5')).toEqual({ row: 20, col: 31.5 });
  expect(settings('beta=1.5, elites = 6')).toEqual({ beta: 1.5, elites: 6 });
});

test.each([
  [positiveInteger, ['0', '-1', '1.5', '1e3', '', 'ten']],
  [seed, ['-1', '4294967296', '0x10']],
  [portNumber, ['-1', '65536', '80.5', 'http']],
  [positiveNumber, ['0', '-2', '', 'Infinity', '3s']],
  [settings, ['width', 'width=', '=2', 'width=wide', 'width=1=2', 'width=1,width=2', 'width=1,,']],
  [positiveNumbers, ['', '10,', '10,0', '10;20']],
  [positiveIntegers, ['', '300,', '300,0', '300,0.5']],
  [words, ['video_size', '=1', 'a=1,,b=2']],
  [crop, ['1,2,3', '0,0,0,10', 'a,b,c,d', '-1,0,10,10']],
  [pixel, ['20', '20;31', '-1,2', '1,2,3']],
  [settings, ['', 'beta', 'beta=', 'beta=two', '=1', 'beta=1,', 'beta=1,beta=2', 'beta=1=2']],
] as const)('%o rejects what it cannot mean', (parse, texts) => {
  for (const text of texts) expect(() => parse(text), text).toThrow(InvalidArgumentError);
});
