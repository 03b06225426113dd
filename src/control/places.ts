/** One and the same place as a pixel of the recorded frame, as one of the model's, and on the table. */
import type { Value } from '../compute/compute.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { OnTable } from '../spec/on-table.ts';
import { rescalePixel, type Pixel } from '../spec/pixel.ts';
import { project, rescaleProjection, unproject } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';
import { pixelPairs } from './rollouts.ts';

export interface Places {
  /** Where on the table, metres, a pixel of the recorded frame shows something at a height, metres. */
  readonly onTable: (pixel: Pixel, heightM: number) => [number, number];
  /** The pixel of the recorded frame that shows a place of the table at a height, metres. */
  readonly pixelOf: (place: OnTable, heightM: number) => Pixel;
  /** Pixels of the recorded frame as the model's input, [1, P, 2]. */
  readonly forModel: (pixels: readonly Pixel[]) => Value;
  /** The i-th (row, col) of the model's answer as a pixel of the recorded frame. */
  readonly recorded: (values: Float32Array, i: number) => Pixel;
}

/** @param size of the model's frame */
export function placesOf(rig: Pick<Rig, 'projection' | 'frame'>, size: FrameSize): Places {
  const camera = rescaleProjection(rig.projection, rig.frame);
  return {
    onTable: (pixel, heightM) => {
      const [x, y] = unproject(camera, pixel, heightM);
      return [x, y];
    },
    pixelOf: (place, heightM) => project(camera, [place[0], place[1], heightM]),
    forModel: (pixels) => pixelPairs(pixels.map((pixel) => rescalePixel(pixel, rig.frame, size))),
    recorded: (values, i) => rescalePixel({ row: values[2 * i], col: values[2 * i + 1] }, size, rig.frame),
  };
}
