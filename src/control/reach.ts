/**
 * Where the gripper can push an object back from. What has slid to the workspace's edge is lost: nothing gets behind
 * it any more. A third of all misses once ended there.
 */
import type { Value } from '../compute/compute.ts';
import type { Predictor } from '../model/predictor.ts';
import { pixelDistance, rescalePixel } from '../spec/pixel.ts';
import { project, rescaleProjection, unproject } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';

/**
 * Nearer to the workspace's edge than `roomM` a pixel counts `weight` more. Without the first there is no getting behind
 * an object; with less than the second, one slip is enough to lose it, but a goal there can still be asked for: being
 * away from it costs more than that.
 */
const ROOMS = [
  { roomM: 0.02, weight: 2 },
  { roomM: 0.04, weight: 0.6 },
] as const;

/**
 * For each cell of the predictor's distributions and each designated point how far it is, in pixels of its frame, from
 * the nearest place that leaves the gripper room: [1, h' * w', P], 0 wherever there is room.
 *
 * @param heightsM of the points above the table: the higher, the farther away from the camera they appear to be
 */
export function outOfReach(
  { projection, workspace }: Pick<Rig, 'projection' | 'workspace'>,
  { frame, distribution }: Pick<Predictor, 'frame' | 'distribution'>,
  heightsM: readonly number[],
): Value {
  const camera = rescaleProjection(projection, frame);
  const { low, high } = workspace;
  const { height, width } = distribution;
  const inside = (value: number, d: number, roomM: number): number =>
    Math.max(low[d] + roomM, Math.min(high[d] - roomM, value));
  const points = heightsM.length;
  const data = Float32Array.from({ length: height * width * points }, (_, n) => {
    const [i, heightM] = [Math.floor(n / points), heightsM[n % points]];
    const cell = rescalePixel({ row: Math.floor(i / width), col: i % width }, distribution, frame);
    const [x, y] = unproject(camera, cell, heightM);
    return ROOMS.reduce((sum, { roomM, weight }) => {
      const place = project(camera, [inside(x, 0, roomM), inside(y, 1, roomM), heightM]);
      return sum + weight * pixelDistance(cell, place);
    }, 0);
  });
  return { shape: [1, height * width, points], data };
}
