import { describe, expect, it, test } from 'vitest';
import { smallestEigenvector, solveLinear } from '../../src/calibration/linear.ts';
import type { Sighting } from '../../src/calibration/fit-projection.ts';
import { solveProjection } from '../../src/calibration/solve-projection.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import { project, type Projection } from '../../src/spec/projection.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { lookingDown } from '../fixtures/rig.ts';

const SIZE = { height: 120, width: 160 };
const CAMERA: Projection = { size: SIZE, matrix: lookingDown(SIZE) };

/** Six places on each of two levels, seen exactly. */
const places = [0.03, 0.09].flatMap((z) =>
  [-0.15, 0, 0.15].flatMap((x) => [-0.1, 0.08].map((y): Vector3 => [x, y, z])),
);
const seen = places.map((place): Sighting => ({ place, pixel: project(CAMERA, place) }));

/** The farthest apart that two cameras see a place over the table, pixels. */
function apartPx(a: Projection, b: Projection): number {
  const points = [-0.2, -0.1, 0.05, 0.2].flatMap((x) =>
    [-0.15, 0.12].flatMap((y) => [0, 0.1].map((z): Vector3 => [x, y, z])),
  );
  return Math.max(
    ...points.map((point) => {
      const [p, q] = [project(a, point), project(b, point)];
      return Math.hypot(p.row - q.row, p.col - q.col);
    }),
  );
}

describe('a projection from sightings', () => {
  it('is the camera that saw them', () => {
    const { projection, rmsPx, outliers } = solveProjection(seen, SIZE);
    expect(rmsPx).toBeLessThan(1e-6);
    expect(outliers).toEqual([]);
    expect(apartPx(projection, CAMERA)).toBeLessThan(1e-5);
    // Depth is in metres along the viewing direction, as the fixture's is.
    projection.matrix.forEach((v, i) => expect(v).toBeCloseTo(CAMERA.matrix[i], 4));
  });

  it('averages out small errors', () => {
    const random = seededRandom(5);
    const noisy = seen.map(({ place, pixel: { row, col } }) => ({
      place,
      pixel: { row: row + random.uniform(-0.4, 0.4), col: col + random.uniform(-0.4, 0.4) },
    }));
    const { projection, rmsPx, outliers } = solveProjection(noisy, SIZE);
    expect(outliers).toEqual([]);
    expect(rmsPx).toBeLessThan(0.4);
    expect(apartPx(projection, CAMERA)).toBeLessThan(1.5);
  });

  it.each([
    [[3], 25],
    [[0, 7], 9],
    [[4, 5], 4],
  ])('does without sightings %j that are %d px off, and names them', (wrong, byPx) => {
    const some = seen.map(({ place, pixel }, i) =>
      wrong.includes(i)
        ? { place, pixel: { row: pixel.row + byPx, col: pixel.col - byPx / 2 } }
        : { place, pixel },
    );
    const { projection, residualsPx, outliers } = solveProjection(some, SIZE);
    expect(outliers).toEqual(wrong);
    expect(apartPx(projection, CAMERA)).toBeLessThan(1e-4);
    for (const i of wrong) expect(residualsPx[i]).toBeCloseTo(Math.hypot(byPx, byPx / 2), 3);
  });

  it('needs enough sightings, and not all in one plane', () => {
    expect(() => solveProjection(seen.slice(0, 7), SIZE)).toThrow('with 7 poses; at least 8 are needed');
    const flat = seen.filter(({ place }) => place[2] === 0.03);
    const more = [
      ...flat,
      ...flat
        .map(({ place }) => [place[0] / 2, place[1] / 3, place[2]] as Vector3)
        .map((place) => ({ place, pixel: project(CAMERA, place) })),
    ];
    expect(() => solveProjection(more, SIZE)).toThrow('all lie in one plane');
  });
});

test('the eigenvector of least eigenvalue, and a linear system', () => {
  // Eigenvalues 1 and 3 along (1, -1) and (1, 1).
  const [a, b] = smallestEigenvector([2, 1, 1, 2], 2);
  expect(a).toBeCloseTo(-b, 10);
  expect(Math.hypot(a, b)).toBeCloseTo(1, 10);
  expect(solveLinear([0, 2, 1, 1], [4, 5])).toEqual([3, 2]);
  expect(solveLinear([1, 2, 2, 4], [1, 1])).toBeNull();
});
