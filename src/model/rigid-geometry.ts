/**
 * Where everything is in the steps of a rollout: where the gripper goes, which square of the table the network looks at
 * and which cut of the picture moves. All of that follows from the actions alone, so that it is worked out for all steps
 * at once: ten times fewer and ten times larger operations than step by step.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import { handLean } from '../spec/inverse-kinematics.ts';
import type { Rig } from '../spec/rig.ts';
import { gripperMaps, moveTip } from './gripper.ts';
import { placesInSquare } from './layout.ts';
import { expand, inTurn, momentOf } from './ops.ts';
import type { Nearest, PointerGrid } from './pointer-grid.ts';
import type { Latent } from './predictor.ts';
import { fromCut, mapConstants, pushFrame, type Homography } from './push-frame.ts';
import type { RigidConfig } from './rigid-layers.ts';
import { blockOrder, cellOrder, nearestCells } from './view.ts';

/** The part of the square that lies ahead of where the gripper arrives: there stands what it pushes. */
const AHEAD = 0.62;

/** One step. */
export interface StepGeometry {
  /** Where the gripper arrives, metres, [B, 3]. */
  readonly tip: Tensor;
  /** The gripper's motion as the network is told it: see `gripperMaps`. */
  readonly maps: Tensor;
  readonly numbers: Tensor;
  /** The pixels of the frame that the square's cells (in `blockOrder`) look at, [2, B, M], and the pointers there. */
  readonly places: Tensor;
  readonly nearest: Nearest;
  /** The cut's first pointer, [B, 2], and all of them, int32 [B, C]. */
  readonly origin: Tensor;
  readonly rows: Tensor;
  /** Where its pixels lie in the push frame, metres [2, B, C]; which of the network's cells that is (in `cellOrder`), int32 [B, C]. */
  readonly points: Tensor;
  readonly cells: Tensor;
  /** 1 where the network saw them, else 0, [1, B, C]. */
  readonly inside: Tensor;
  readonly toPixel: Homography;
}

export interface RigidGeometry {
  /** The steps of `actions` [B, T, 3] from a latent (of batch 1 or B) on. */
  steps(latent: Latent, actions: Tensor): StepGeometry[];
  /** (u, v) of the square's cells in `cellOrder`, metres, [cells * cells, 2]. */
  allCells(): Tensor;
}

export function rigidGeometry(config: RigidConfig, rig: Rig, grid: PointerGrid): RigidGeometry {
  const { cells, cellM, contactHeightM } = config;
  const lean = handLean(rig.arm);
  /** (u, v) of the square's first cell. */
  const corner = [-(1 - AHEAD) * (cells - 1) * cellM, (-(cells - 1) * cellM) / 2] as const;
  const middle = corner[0] + (cellM * (cells - 1)) / 2;
  const square = blockOrder(cells).map(placeInSquare);

  return {
    steps,
    allCells: () => tf.tensor2d(cellOrder(cells).flatMap(placeInSquare), [cells * cells, 2]),
  };

  function steps(latent: Latent, actions: Tensor): StepGeometry[] {
    const horizon = actions.shape[1] as number;
    const tips = visited(latent, actions);
    const [from, to] = [tf.concat(tips.slice(0, -1), 0), tf.concat(tips.slice(1), 0)];
    const [camera, mirror] = [latent.camera, latent.mirror].map((x) => inTurn(x, horizon));
    const push = pushFrame(camera, from, to, mirror, contactHeightM);
    const drawn = gripperMaps({ from, to, camera, frame: push }, halfCells(), lean);
    const places = mapConstants(push.toPixel, homogeneous(square));
    const { rows, offset } = grid.nearest(places);

    const centre = mapConstants(push.toPixel, homogeneous([[middle, 0]])).squeeze([2]);
    const origin = grid.cutAbout(centre.transpose([1, 0]));
    const ofCut = fromCut(push.fromPixel, grid.firstPixel(origin));
    const points = mapConstants(ofCut, homogeneous(grid.inCut));
    const onGrid = tf.div(tf.sub(points, tf.tensor3d([...corner], [2, 1, 1])), cellM);

    /** The parts of a tensor whose `axis` runs over all steps of all candidates. */
    const parts = (x: Tensor, axis = 0): Tensor[] => (horizon === 1 ? [x] : tf.split(x, horizon, axis));
    const split = {
      maps: parts(drawn.maps),
      numbers: parts(drawn.numbers),
      places: parts(places, 1),
      nearest: parts(rows),
      offset: parts(offset, 1),
      origin: parts(origin),
      rows: parts(grid.cutRows(origin)),
      points: parts(points, 1),
      cells: parts(nearestCells(cells, onGrid)),
      inside: parts(insideSquare(onGrid), 1),
      toPixel: parts(push.toPixel, 1),
    };
    return Array.from({ length: horizon }, (_, t) => ({
      tip: tips[t + 1],
      maps: split.maps[t],
      numbers: split.numbers[t],
      places: split.places[t],
      nearest: { rows: split.nearest[t], offset: split.offset[t] },
      origin: split.origin[t],
      rows: split.rows[t],
      points: split.points[t],
      cells: split.cells[t],
      inside: split.inside[t],
      toPixel: split.toPixel[t],
    }));
  }

  /** Where the gripper is before the first and after each action, T + 1 times [B, 3]. */
  function visited({ tip }: Latent, actions: Tensor): Tensor[] {
    const [batch, horizon] = actions.shape as number[];
    const tips = [expand(tip, batch)];
    for (let t = 0; t < horizon; t++) {
      tips.push(moveTip(tips[t], momentOf(actions, t), rig.action.scale, rig.workspace));
    }
    return tips;
  }

  /** (u, v) of a place in the square, counted in cells from its corner. */
  function placeInSquare([i, j]: readonly [number, number]): readonly [number, number] {
    return [corner[0] + i * cellM, corner[1] + j * cellM];
  }

  /** Centres of the square's 2x2 blocks, [1, cells/2, cells/2, 2] (u, v). */
  function halfCells(): Tensor {
    const centres = placesInSquare(cells / 2).flatMap(([i, j]) => placeInSquare([2 * i + 0.5, 2 * j + 0.5]));
    return tf.tensor4d(centres, [1, cells / 2, cells / 2, 2]);
  }

  /** 1 for points (row, col) [2, B, M] of the network's field that lie in it, 0 for others: [1, B, M]. */
  function insideSquare(onGrid: Tensor): Tensor {
    const half = (cells - 1) / 2;
    const [u, v] = tf.split(tf.abs(tf.sub(onGrid, half)), 2, 0);
    return tf.step(tf.sub(half, tf.maximum(u, v)));
  }
}

/** Constant points as homogeneous columns, [3, M]. */
function homogeneous(points: readonly (readonly [number, number])[]): Tensor {
  const coordinates = [0, 1].flatMap((d) => points.map((point) => point[d]));
  return tf.tensor2d([...coordinates, ...points.map(() => 1)], [3, points.length]);
}
