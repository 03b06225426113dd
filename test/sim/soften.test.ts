import { expect, it } from 'vitest';
import { soften } from '../../src/sim/soften.ts';

const SIZE = { height: 4, width: 5 };
/** A grey picture of one brightness a pixel. */
const grey = (values: readonly number[]): Uint8Array => Uint8Array.from(values.flatMap((v) => [v, v, v]));
const firstChannel = (pixels: Uint8Array): number[] => [...pixels].filter((_, o) => o % 3 === 0);
const none = new Uint8Array(20);

it('where solids meet, half of a pixel is its neighbours', () => {
  // Two columns of one solid, black, beside three of another, white.
  const solids = Int16Array.from({ length: 20 }, (_, at) => (at % 5 < 2 ? 0 : 1));
  const pixels = grey([...solids].map((solid) => 160 * solid));
  const [, second] = [0, 1].map((row) =>
    firstChannel(soften(pixels, { solids, grainy: none }, SIZE)).slice(5 * row, 5 * row + 5),
  );
  expect(second).toEqual([0, 20, 140, 160, 160]);
});

it('within a solid only grainy pixels change: what alternates becomes its mean', () => {
  const solids = new Int16Array(20);
  const pixels = grey(Array.from({ length: 20 }, (_, at) => 100 * ((Math.floor(at / 5) + at) % 2)));
  const grainy = none.slice().fill(1, 6, 8);
  const softened = firstChannel(soften(pixels, { solids, grainy }, SIZE));
  expect(softened.slice(6, 8)).toEqual([50, 50]);
  softened.splice(6, 2);
  const others = firstChannel(pixels);
  others.splice(6, 2);
  expect(softened).toEqual(others);
});
