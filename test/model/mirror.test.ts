import { expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { isSymmetric, reflectPicture, reflectVector } from '../../src/model/mirror.ts';
import { simRig } from '../../src/rig/sim-rig.ts';
import { project } from '../../src/spec/projection.ts';
import { testRig } from '../fixtures/rig.ts';

const rig = testRig({ height: 24, width: 32 });

it('a camera that looks along the mirror makes a rig symmetric: the simulated one is', () => {
  expect(isSymmetric(rig)).toBe(true);
  expect(isSymmetric(simRig())).toBe(true);
  const [there, mirrored] = [0.07, -0.07].map((x) => project(simRig().projection, [x, 0.02, 0.03]));
  expect(mirrored.row).toBeCloseTo(there.row, 6);
  expect(mirrored.col).toBeCloseTo(simRig().projection.size.width - 1 - there.col, 6);
});

it('a camera that looks from the side, or a workspace off the middle, does not', () => {
  const { projection, workspace } = rig;
  const aside = { ...projection, matrix: projection.matrix.map((m, i) => (i === 4 ? 3 : m)) };
  const shifted = { ...projection, matrix: projection.matrix.map((m, i) => (i === 3 ? m + 1 : m)) };
  expect(isSymmetric({ ...rig, projection: aside })).toBe(false);
  expect(isSymmetric({ ...rig, projection: shifted })).toBe(false);
  expect(isSymmetric({ ...rig, workspace: { ...workspace, low: [-0.1, -0.15, 0.02] } })).toBe(false);
});

it('reflects only what is seen in the mirror, each of a batch for itself', () => {
  const mirror = tf.tensor2d([[1], [-1]]);
  const picture = tf.tensor4d([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6], [2, 2, 3, 1]);
  const reflected = reflectPicture(picture, mirror);
  expect([...reflected.dataSync()]).toEqual([1, 2, 3, 4, 5, 6, 3, 2, 1, 6, 5, 4]);
  expect([...reflectPicture(reflected, mirror).dataSync()]).toEqual([...picture.dataSync()]);
  const vectors = reflectVector(tf.tensor2d([[1, 2, 3], [1, 2, 3]]), mirror); // prettier-ignore
  expect([...vectors.dataSync()]).toEqual([1, 2, 3, -1, 2, 3]);
});
