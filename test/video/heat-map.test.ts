import { expect, it } from 'vitest';
import { makeFrame } from '../../src/spec/frame.ts';
import { heatMap } from '../../src/video/heat-map.ts';

it('colours where the mask is largest, greys and dims the rest: known answers', () => {
  const frame = makeFrame({ height: 4, width: 4 }, new Uint8Array(48).fill(100));
  const mask = { height: 2, width: 2, data: Float32Array.of(0.8, 0, 0.2, 0) };
  const map = heatMap(frame, mask, [200, 0, 50]);
  const at = (row: number, col: number): number[] => [
    ...map.data.subarray(3 * (4 * row + col), 3 * (4 * row + col) + 3),
  ];
  const grey = Math.trunc(0.55 * 100 + 0.45 * 255);
  for (const [row, col] of [[0, 0], [1, 1]]) expect(at(row, col)).toEqual([200, 0, 50]); // prettier-ignore
  for (const col of [2, 3]) expect(at(0, col)).toEqual([grey, grey, grey]);
  // A quarter of the largest shows at half strength.
  const half = [(grey + 200) / 2, grey / 2, (grey + 50) / 2];
  at(3, 0).forEach((value, k) => expect(Math.abs(value - half[k])).toBeLessThanOrEqual(1));
  expect([...frame.data]).toEqual(Array(48).fill(100));
});
