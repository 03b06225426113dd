/** What stands on the table, as far as one picture tells: what play aims at. No truth, and nothing learned. */
import { armMask } from '../spec/arm-mask.ts';
import type { Frame } from '../spec/frame.ts';
import { distanceOnTable } from '../spec/on-table.ts';
import type { Pixel } from '../spec/pixel.ts';
import { unproject } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';
import { findBlobs } from '../video/blobs.ts';
import type { Observation } from './policy.ts';

/** Half the height of a usual object, metres: where its blob is taken to be. */
export const OBJECT_HEIGHT_M = 0.02;
/** Things this far beside the workspace can still be pushed back into it, metres. */
const MARGIN_M = 0.025;

/** Something on the table. */
export interface Thing {
  /** Its middle, metres. */
  readonly x: number;
  readonly y: number;
  /** Of a circle as large as it looks, metres. */
  readonly radius: number;
  /** Its middle in the recorded frame. */
  readonly centre: Pixel;
  /** Its pixels in the recorded frame, row * width + col. */
  readonly pixels: readonly number[];
}

/** What stands in or just beside the workspace, by its difference from the plate; largest first. */
export function findThings(rig: Rig, { frame, arm }: Observation, plate: Frame): Thing[] {
  const mask = armMask(rig.arm, rig.projection, arm.jointsRad, frame);
  const { low, high } = rig.workspace;
  return findBlobs(frame, plate, mask)
    .map(({ centre, area, pixels }) => {
      const placeOf = (pixel: Pixel): readonly [number, number] => {
        const [x, y] = unproject(rig.projection, pixel, OBJECT_HEIGHT_M);
        return [x, y];
      };
      const [x, y] = placeOf(centre);
      const beside = placeOf({ row: centre.row, col: centre.col + Math.sqrt(area / Math.PI) });
      return { x, y, radius: distanceOnTable(beside, [x, y]), centre, pixels };
    })
    .filter(
      ({ x, y }) =>
        x > low[0] - MARGIN_M && x < high[0] + MARGIN_M && y > low[1] - MARGIN_M && y < high[1] + MARGIN_M,
    );
}
