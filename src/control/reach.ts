/**
 * Where the gripper can push an object back from. What has slid to the workspace's edge is lost: nothing gets behind
 * it any more. A third of all misses once ended there.
 */
import type { Value } from '../compute/compute.ts';
import type { Predictor } from '../model/predictor.ts';
import type { OnTable } from '../spec/on-table.ts';
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

/** Between an object and the workspace's edge the finger needs this much, metres: its radius, and some. */
const FINGER_M = 0.013;
/** An object that leaves it less is lost, which costs so much, pixels; with this much more room, metres, it costs nothing. */
const LOST_PX = 20;
const SAFE_M = 0.03;

/** A designated point, and what it is on. */
export interface ReachedPoint {
  readonly heightM: number;
  /** Metres on the table. */
  readonly goal: OnTable;
  /** Points all over what the object covers, metres from the point; none where that is not known. */
  readonly footprint: readonly (readonly [number, number])[];
}

/**
 * For each cell of the predictor's distributions and each point how far it is, in pixels of its frame, from where there
 * is room for the gripper, 0 wherever there is: [1, h' * w', P].
 */
export type ReachMap = (points: readonly ReachedPoint[]) => Value;

/** The places that cells show at one height, metres, [2 * h' * w'], and how far outside of `ROOMS` each is, pixels. */
interface Layer {
  readonly places: Float32Array;
  readonly outside: Float32Array;
}

export function reachMap(
  { projection, workspace }: Pick<Rig, 'projection' | 'workspace'>,
  { frame, distribution }: Pick<Predictor, 'frame' | 'distribution'>,
): ReachMap {
  const { low, high } = workspace;
  const camera = rescaleProjection(projection, frame);
  const cells = distribution.height * distribution.width;
  const layers = new Map<number, Layer>();

  return (points) => {
    const data = new Float32Array(cells * points.length);
    points.forEach(({ heightM, goal, footprint }, p) => {
      const layer = layers.get(heightM) ?? layerAt(heightM);
      layers.set(heightM, layer);
      const reach = extents(footprint);
      // A goal near to an edge was asked for: what lies as near to that edge as its goal is where it should be.
      const asked = dangers(goal[0], goal[1], reach);
      for (let cell = 0; cell < cells; cell++) {
        const here = dangers(layer.places[2 * cell], layer.places[2 * cell + 1], reach);
        const danger = Math.max(
          0,
          here[0] - asked[0],
          here[1] - asked[1],
          here[2] - asked[2],
          here[3] - asked[3],
        );
        data[cell * points.length + p] = layer.outside[cell] + LOST_PX * danger;
      }
    });
    return { shape: [1, cells, points.length], data };
  };

  /** How lost an object is, its point being at (x, y), at each edge of the workspace, 0..1. */
  function dangers(x: number, y: number, reach: readonly number[]): number[] {
    const rooms = [x - low[0], high[0] - x, y - low[1], high[1] - y];
    return rooms.map((room, e) => Math.max(0, Math.min(1, 1 - (room - reach[e] - FINGER_M) / SAFE_M)));
  }

  /** @param heightM the higher, the farther away from the camera things appear to be */
  function layerAt(heightM: number): Layer {
    const { height, width } = distribution;
    const inside = (value: number, d: number, roomM: number): number =>
      Math.max(low[d] + roomM, Math.min(high[d] - roomM, value));
    const layer = { places: new Float32Array(2 * cells), outside: new Float32Array(cells) };
    for (let cell = 0; cell < cells; cell++) {
      const at = { row: Math.floor(cell / width), col: cell % width };
      const pixel = rescalePixel(at, { height, width }, frame);
      const [x, y] = unproject(camera, pixel, heightM);
      layer.places.set([x, y], 2 * cell);
      layer.outside[cell] = ROOMS.reduce((sum, { roomM, weight }) => {
        const place = project(camera, [inside(x, 0, roomM), inside(y, 1, roomM), heightM]);
        return sum + weight * pixelDistance(pixel, place);
      }, 0);
    }
    return layer;
  }
}

/** How far an object reaches from its point to the left and right, nearer and farther, metres. */
function extents(footprint: ReachedPoint['footprint']): number[] {
  return [0, 1].flatMap((d) =>
    [-1, 1].map((sign) => footprint.reduce((most, place) => Math.max(most, sign * place[d]), 0)),
  );
}
