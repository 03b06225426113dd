/**
 * The default predictor: a small convolutional network that looks where the gripper goes and says how things
 * there move.
 *
 * Its state is a pointer field: for each pixel, which pixel of the context frame it shows, and whether it shows
 * it at all or the background plate instead. Ten steps of warping therefore never blur the picture (compare
 * the flow composition of Visual Foresight, Ebert et al. 2018, and CDNA, Finn et al. 2016). A step looks at a
 * square of the table in the push frame, where the gripper always moves the same way, and predicts there a mixture
 * of "stands still", a few rigid motions on the table, and a free flow. The pixels of a cut of the picture then
 * read off how they move. Outside the square everything stands still.
 */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Random } from '../spec/random.ts';
import type { Rig } from '../spec/rig.ts';
import { handLean } from '../spec/inverse-kinematics.ts';
import { gripperMaps, moveTip } from './gripper.ts';
import {
  blockStarts,
  expand,
  gatherRows,
  nearestPixels,
  readBilinear,
  readNearest,
  replaceRows,
  withoutGradient,
} from './ops.ts';
import { fromCut, mapConstants, mapPoints, pushFrame, type PushFrame } from './push-frame.ts';
import { objectness, sceneOf } from './scene.ts';
import { blend, blockOrder, cellOrder, readNearestCell } from './view.ts';
import { carryThroughPointers } from './carried.ts';
import { identityPointers, pictureOf, placesInSquare, planesOf, planesOfRows } from './layout.ts';
import type { Change, Context, Latent, Predictor, Weights } from './predictor.ts';
import { mixMotions } from './mixture.ts';
import { initialLayerWeights, layerMacs, layerSpecs } from './layers.ts';
import { rigidLayers, type RigidConfig } from './rigid-layers.ts';
import { runNetwork } from './rigid-network.ts';

/** The part of the square that lies ahead of where the gripper arrives: there stands what it pushes. */
const AHEAD = 0.62;

/** Builds the predictor for a rig's action and workspace. */
export function rigidPredictor(config: RigidConfig, rig: Rig): Predictor {
  const { frame } = config;
  const { height, width } = frame;
  const pixels = height * width;
  const { cut, cells, cellM, contactHeightM } = config;
  const distribution = { height: height / 2, width: width / 2 };
  const layers = rigidLayers(config);
  const lean = handLean(rig.arm);
  /** (u, v) of the square's first cell. */
  const corner = [-(1 - AHEAD) * (cells - 1) * cellM, (-(cells - 1) * cellM) / 2] as const;
  const square = blockOrder(cells).map(placeInSquare);
  const inCut = placesInSquare(cut);

  return {
    name: 'rigid',
    frame,
    distribution,
    weightSpecs: () => layerSpecs(layers),
    initialWeights: (random: Random) => initialLayerWeights(layers, random),
    encode,
    step,
    carry: carryThroughPointers({ frame, distribution, cut }),
    paint,
    objectAt,
    change,
    macs: () => layerMacs(layers),
  };

  function encode(_weights: Weights, context: Context): Latent {
    const batch = context.frame.shape[0];
    const scene = sceneOf(context);
    const seen = tf.sub(1, context.armMask);
    return {
      scene: tf.concat([scene, seen, objectness(scene, context.plate)], 3),
      plate: context.plate,
      camera: context.camera,
      mirror: context.mirror,
      tip: context.tip,
      pointers: tf.tile(identityPointers(frame), [batch, 1, 1, 1]),
      origin: tf.zeros([batch, 2]),
      flow: tf.zeros([batch, 2, cut * cut]),
    };
  }

  function step(weights: Weights, latent: Latent, action: Tensor): Latent {
    const batch = action.shape[0];
    const from = expand(latent.tip, batch);
    const to = moveTip(from, action, rig.action.scale, rig.workspace);
    const push = pushFrame(latent.camera, from, to, latent.mirror, contactHeightM);
    const pointers = expand(latent.pointers, batch);
    const places = mapConstants(push.toPixel, homogeneous(square));
    // How things were moved before is given: learning that a step should move them so that the next one sees them
    // better would cost a third more and teach little. Where the gripper looks from is not: planning wants to know.
    const given = withoutGradient(latent.camera, () => pointers.clone());
    const view = lookThrough(latent, given, places);
    const drawn = gripperMaps({ from, to, camera: latent.camera, frame: push }, halfCells(), lean);
    const motion = runNetwork(config, weights, view, drawn, allCells());

    const origin = cutOrigin(push);
    const points = mapConstants(fromCut(push.fromPixel, origin), homogeneous(inCut));
    const onGrid = tf.div(tf.sub(points, tf.tensor3d([...corner], [2, 1, 1])), cellM);
    const field = readNearestCell(motion.field, cells, onGrid);
    const moved = mixMotions(config.motions, field, motion.rigid, points, insideSquare(onGrid));
    const source = mapPoints(push.toPixel, tf.add(points, moved.flow));
    const [place, visible] = tf.split(readBilinear(pointers, source), [2, 1], 0);
    const shown = tf.concat([place, tf.mul(visible, tf.sub(1, moved.uncovered))], 0);
    const flat = replaceRows(
      pointers.reshape<Tensor2D>([batch * pixels, 3]),
      shown.reshape([3, batch * cut * cut]).transpose<Tensor2D>([1, 0]),
      cutIndex(origin),
    );
    return {
      ...latent,
      tip: to,
      origin,
      pointers: flat.reshape([batch, height, width, 3]),
      flow: tf.div(moved.flow, cellM).transpose([1, 0, 2]),
    };
  }

  function paint(latent: Latent): Tensor {
    const [place, visible] = tf.split(planesOf(latent.pointers), [2, 1], 0);
    const [colours] = tf.split(readBilinear(latent.scene, place), [3, 2], 0);
    return pictureOf(blend(colours, planesOf(latent.plate), visible), frame);
  }

  function objectAt(latent: Latent, at: Tensor): Tensor {
    const places = at.transpose([2, 0, 1]);
    const { object, visible } = sceneAt(latent, latent.pointers, places);
    return tf.mul(object, visible).squeeze([0]);
  }

  function change(latent: Latent): Change {
    const batch = latent.origin.shape[0];
    const index = cutIndex(latent.origin);
    const flat = latent.pointers.reshape<Tensor2D>([batch * pixels, 3]);
    const [place, visible] = tf.split(planesOfRows(gatherRows(flat, index), batch), [2, 1], 0);
    const [colours] = tf.split(readBilinear(latent.scene, place), [3, 2], 0);
    const plates = latent.plate.shape[0];
    const plate = gatherRows(
      latent.plate.reshape<Tensor2D>([plates * pixels, 3]),
      cutIndex(latent.origin, plates === 1),
    );
    const painted = pictureOf(blend(colours, planesOfRows(plate, batch), visible), {
      height: cut,
      width: cut,
    });
    return { painted, index, flow: latent.flow.reshape([batch, 2, cut, cut]).transpose([0, 2, 3, 1]) };
  }

  /**
   * The square of the push frame at `places` [2, B, M] of the picture, as the pointers show it: how its colours differ
   * from the plate's, how much of an object there is, and whether it was really seen, [5, B, M].
   */
  function lookThrough(latent: Latent, pointers: Tensor, places: Tensor): Tensor {
    const { colours, known, object, visible } = sceneAt(latent, pointers, places);
    const unlike = tf.sub(colours, readNearest(latent.plate, places));
    const unknown = tf.mul(visible, tf.sub(1, known));
    return tf.concat([tf.mul(unlike, visible), tf.mul(object, visible), unknown], 0);
  }

  /**
   * The scene that the pointers show at `places` [2, B, M], each [channels, B, M]. What lies between two pixels
   * follows the pointer of the nearer one: nothing is mixed across an edge of what moves.
   */
  function sceneAt(
    latent: Latent,
    pointers: Tensor,
    places: Tensor,
  ): { colours: Tensor; known: Tensor; object: Tensor; visible: Tensor } {
    const [pointer, visible] = tf.split(readNearest(pointers, places), [2, 1], 0);
    const source = tf.add(pointer, tf.sub(places, nearestPixels(places, height, width)));
    const [colours, known, object] = tf.split(readBilinear(latent.scene, source), [3, 1, 1], 0);
    return { colours, known, object, visible };
  }

  /** (u, v) of a place in the square, counted in cells from its corner. */
  function placeInSquare([i, j]: readonly [number, number]): readonly [number, number] {
    return [corner[0] + i * cellM, corner[1] + j * cellM];
  }

  /** The square's cells in `cellOrder`, [cells * cells, 2] (u, v). */
  function allCells(): Tensor {
    return tf.tensor2d(cellOrder(cells).flatMap(placeInSquare), [cells * cells, 2]);
  }

  /** Centres of the square's 2x2 blocks, [1, cells/2, cells/2, 2] (u, v). */
  function halfCells(): Tensor {
    const centres = placesInSquare(cells / 2).flatMap(([i, j]) => placeInSquare([2 * i + 0.5, 2 * j + 0.5]));
    return tf.tensor4d(centres, [1, cells / 2, cells / 2, 2]);
  }

  /** 1 for points (row, col) [2, B, M] of the network's field that lie in it, 0 for others: [1, B, M]. */
  function insideSquare(onGrid: Tensor): Tensor {
    const middle = (cells - 1) / 2;
    const away = tf.max(tf.abs(tf.sub(onGrid, middle)), 0, true);
    return tf.step(tf.sub(middle, away));
  }

  /** Top left pixel of the cut about the middle of the square, [B, 2], whole numbers. */
  function cutOrigin(push: PushFrame): Tensor {
    const middle = corner[0] + (cellM * (cells - 1)) / 2;
    const centre = mapConstants(push.toPixel, homogeneous([[middle, 0]])).squeeze([2]);
    const limit = tf.tensor2d([[height - cut, width - cut]]);
    const corners = tf.round(tf.sub(centre.transpose([1, 0]), (cut - 1) / 2));
    return tf.minimum(tf.maximum(corners, 0), limit);
  }

  /** Rows of the flattened frames that the cut covers, int32 [B * cut * cut]. */
  function cutIndex(origin: Tensor, shared = false): Tensor1D {
    const batch = origin.shape[0];
    const [row, col] = tf.split(tf.cast(origin, 'int32'), 2, 1);
    const inside = inCut.map(([i, j]) => i * width + j);
    const start = tf.add(tf.mul(row, tf.scalar(width, 'int32')), col).add(blockStarts(batch, pixels, shared));
    return tf.add(start, tf.tensor2d(inside, [1, cut * cut], 'int32')).reshape([batch * cut * cut]);
  }
}

/** Constant points as homogeneous columns, [3, M]. */
function homogeneous(points: readonly (readonly [number, number])[]): Tensor {
  const coordinates = [0, 1].flatMap((d) => points.map((point) => point[d]));
  return tf.tensor2d([...coordinates, ...points.map(() => 1)], [3, points.length]);
}
