import { expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { cellDistances, expectedPixels, gridCells, pixelBlobs } from '../../src/model/distribution.ts';

const frame = { height: 24, width: 32 };

it('a designated pixel becomes a blob that sums to 1 and whose mean it is', () => {
  const blobs = pixelBlobs(tf.tensor3d([[[10.3, 17.6], [5, 6]]]), frame); // prettier-ignore
  expect([...tf.sum(blobs, [1, 2]).dataSync()]).toEqual([expect.closeTo(1, 5), expect.closeTo(1, 5)]);
  const mean = [...expectedPixels(blobs, frame).dataSync()];
  [10.3, 17.6, 5, 6].forEach((value, i) => expect(mean[i]).toBeCloseTo(value, 2));
});

it('cells of a coarser grid lie in the middle of the pixels that they stand for', () => {
  const cells = gridCells({ height: 12, width: 16 }, frame).arraySync() as number[][];
  expect(cells[0]).toEqual([0.5, 0.5]);
  expect(cells[17]).toEqual([2.5, 2.5]);
});

it('measures distance to each goal pixel', () => {
  const distance = cellDistances(tf.tensor2d([[0, 0]]), tf.tensor3d([[[3, 4], [0, 12]]])); // prettier-ignore
  expect([...distance.dataSync()]).toEqual([expect.closeTo(5, 4), expect.closeTo(12, 4)]);
});
