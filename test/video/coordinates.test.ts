import { expect, test } from 'vitest';
import { makeFrame } from '../../src/spec/frame.ts';
import { withCoordinates } from '../../src/video/coordinates.ts';

/** What the picture adds at the left and above, and how many times larger a pixel becomes. */
const [LEFT, TOP, FACTOR] = [48, 24, 6];

/** A black frame of 30 rows and 50 columns with one red pixel. */
function redAt(row: number, col: number) {
  const frame = makeFrame({ height: 30, width: 50 });
  frame.data.set([200, 0, 0], 3 * (row * frame.width + col));
  return withCoordinates(frame);
}

const at = ({ data, width }: { data: Uint8Array; width: number }, row: number, col: number): number[] => [
  ...data.subarray(3 * (row * width + col), 3 * (row * width + col) + 3),
];

test('each pixel becomes a block of six by six', () => {
  const picture = redAt(7, 31);
  expect([picture.height, picture.width]).toEqual([TOP + 30 * FACTOR, LEFT + 50 * FACTOR]);
  const [row, col] = [TOP + 7 * FACTOR, LEFT + 31 * FACTOR];
  expect(at(picture, row, col)).toEqual([200, 0, 0]);
  expect(at(picture, row + 5, col + 5)).toEqual([200, 0, 0]);
  expect(at(picture, row - 1, col)).toEqual([0, 0, 0]);
  expect(at(picture, row, col + 6)).toEqual([0, 0, 0]);
});

test('lines go through the middle of every twentieth pixel, and are labelled beside the picture', () => {
  const picture = redAt(0, 49);
  const middle = (pixel: number): number => pixel * FACTOR + FACTOR / 2;
  const light = [114, 114, 114];
  expect(at(picture, TOP + 1, LEFT + middle(20))).toEqual(light);
  expect(at(picture, TOP + middle(20), LEFT + 1)).toEqual(light);
  expect(at(picture, TOP + 1, LEFT + middle(21))).toEqual([0, 0, 0]);
  const inked = (rows: [number, number], cols: [number, number]): boolean => {
    for (let row = rows[0]; row < rows[1]; row++) {
      for (let col = cols[0]; col < cols[1]; col++) if (at(picture, row, col)[0] < 100) return true;
    }
    return false;
  };
  // '20' and '40' above their columns, nothing above column 30; '20' beside its row.
  expect(inked([0, TOP], [LEFT + middle(20) - 10, LEFT + middle(20) + 10])).toBe(true);
  expect(inked([0, TOP], [LEFT + middle(30) - 10, LEFT + middle(30) + 10])).toBe(false);
  expect(inked([TOP + middle(20) - 7, TOP + middle(20) + 7], [0, LEFT])).toBe(true);
});
