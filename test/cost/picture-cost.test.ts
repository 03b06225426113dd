import { describe, expect, it } from 'vitest';
import { tf } from '../../src/compute/tfjs.ts';
import { pictureDistance, wantedPicture } from '../../src/cost/picture-cost.ts';
import { picture, square, TABLE_COLOUR } from '../fixtures/batch.ts';
import { SMALL_FRAME } from '../fixtures/hand-made.ts';

const { height, width } = SMALL_FRAME;
const SIZE = [1, height, width, 3] as const;
const RED = [0.8, 0.2, 0.3] as const;
const plate = { shape: [...SIZE], data: picture(() => TABLE_COLOUR) };
const mask = (covers: (row: number, col: number) => boolean) => ({
  shape: [1, height, width, 1],
  data: Float32Array.from({ length: height * width }, (_, i) =>
    covers(Math.floor(i / width), i % width) ? 1 : 0,
  ),
});
const nothing = mask(() => false);

function distances(frames: Float32Array[], wanted: ReturnType<typeof wantedPicture>): number[] {
  const painted = tf.concat(frames.map((data) => tf.tensor(data, [...SIZE])));
  const [scene, visible] = [wanted.scene, wanted.visible].map(({ data, shape }) =>
    tf.tensor(data, [...shape]),
  );
  return [...pictureDistance(painted, scene, visible).dataSync()];
}

describe('the distance from a wanted picture', () => {
  const wanted = wantedPicture({ shape: [...SIZE], data: square(10, 12, [...RED]) }, plate, nothing);

  it('is nothing for the picture itself, and grows while a thing slides off its goal, no farther', () => {
    const at = [12, 13, 14, 16, 20, 24].map((col) => square(10, col, [...RED]));
    const found = distances(at, wanted);
    expect(found[0]).toBeCloseTo(0, 3);
    expect(found[1]).toBeGreaterThan(1);
    expect(found[2] / found[1]).toBeCloseTo(2, 3);
    // Side by side or far apart is the same to it: this is why pixels are the better goals.
    expect(found[5]).toBeCloseTo(found[4], 3);
  });

  it('does not count what the arm hid when the picture was taken', () => {
    const half = wantedPicture(
      { shape: [...SIZE], data: square(10, 12, [...RED]) },
      plate,
      // Two of the square's four rows.
      mask((row) => row < 12),
    );
    const empty = plate.data;
    const [whole] = distances([empty], wanted);
    const [left] = distances([empty], half);
    // 16 pixels whose colours differ by 0.3, 0.2 and nothing.
    expect(whole).toBeCloseTo((16 * (0.3 + 0.2)) / 3, 3);
    expect(left).toBeCloseTo(whole / 2, 3);
  });

  it('sees no shadow', () => {
    const shaded = plate.data.map((value, i) => (Math.floor(i / 3) % width < 8 ? 0.7 * value : value));
    const dark = wantedPicture({ shape: [...SIZE], data: shaded }, plate, nothing);
    expect(distances([plate.data], dark)[0]).toBeLessThan(0.5);
  });
});
