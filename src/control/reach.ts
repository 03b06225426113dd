/**
 * Where the gripper can push an object back from. What has slid to the workspace's edge is lost: nothing gets behind
 * it any more. A third of all misses once ended there.
 */
import type { Value } from '../compute/compute.ts';
import type { Predictor } from '../model/predictor.ts';
import { pixelDistance } from '../spec/pixel.ts';
import { project, rescaleProjection, unproject } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';

/** Behind an object, inside the workspace, the gripper needs so much room, metres. */
const ROOM_M = 0.02;
/** Height of the plane that pixels are taken to lie on, metres: about half an object. */
const PLANE_M = 0.02;

/**
 * For each cell of the predictor's distributions how far it is, in pixels of its frame, from the nearest place that
 * leaves the gripper room: [1, h' * w', 1], 0 wherever there is room.
 */
export function outOfReach(
  { projection, workspace }: Pick<Rig, 'projection' | 'workspace'>,
  { frame, distribution }: Pick<Predictor, 'frame' | 'distribution'>,
): Value {
  const camera = rescaleProjection(projection, frame);
  const { low, high } = workspace;
  const { height, width } = distribution;
  const inside = (value: number, d: number): number =>
    Math.max(low[d] + ROOM_M, Math.min(high[d] - ROOM_M, value));
  const data = Float32Array.from({ length: height * width }, (_, i) => {
    // Cells lie over the frame from its top left pixel: see `gridCells`.
    const cell = { row: (Math.floor(i / width) * frame.height) / height, col: ((i % width) * frame.width) / width };
    const [x, y] = unproject(camera, cell, PLANE_M);
    return pixelDistance(cell, project(camera, [inside(x, 0), inside(y, 1), PLANE_M]));
  });
  return { shape: [1, height * width, 1], data };
}
