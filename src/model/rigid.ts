/**
 * The default predictor: a small convolutional network that looks where the gripper goes and says how things
 * there move.
 *
 * Its state is a grid of pointers: for every block of 2 x 2 pixels, which place of the context frame it shows, and
 * whether it shows it at all or the background plate instead. Ten steps of warping therefore never blur the
 * picture (compare the flow composition of Visual Foresight, Ebert et al. 2018, and CDNA, Finn et al. 2016). A step looks
 * at a square of the table in the push frame, where the gripper always moves the same way, and predicts there a mixture
 * of "stands still", a few rigid motions on the table, and a free flow. The pointers of a cut of the picture then
 * read off how they move. Outside the square everything stands still.
 */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { hosted } from '../compute/host/hosted.ts';
import { tf } from '../compute/tfjs.ts';
import type { Random } from '../spec/random.ts';
import type { Rig } from '../spec/rig.ts';
import { carryThroughPointers } from './carried.ts';
import { pictureOf, placesInRectangle, placesInSquare, planesOf, planesOfRows } from './layout.ts';
import { initialLayerWeights, layerMacs, layerSpecs } from './layers.ts';
import { mixMotions } from './mixture.ts';
import {
  expand,
  gatherRows,
  readBilinear,
  readNearest,
  rowsOfBatch,
  squareRows,
  withoutGradient,
} from './ops.ts';
import { pointerGrid, type Nearest } from './pointer-grid.ts';
import type { Change, Context, Latent, Predictor, Weights } from './predictor.ts';
import { mapPoints } from './push-frame.ts';
import { rigidGeometry, type StepGeometry } from './rigid-geometry.ts';
import { lookThroughPointers } from './rigid-kernels.ts';
import { rigidLayers, type RigidConfig } from './rigid-layers.ts';
import { runNetwork } from './rigid-network.ts';
import { objectness, sceneOf } from './scene.ts';
import { blend, blocksOf, readCells } from './view.ts';

/** Builds the predictor for a rig's action and workspace. */
export function rigidPredictor(config: RigidConfig, rig: Rig): Predictor {
  const { frame, stride, cut } = config;
  const pixels = frame.height * frame.width;
  const layers = rigidLayers(config);
  const grid = pointerGrid({ frame, stride, cut });
  const geometry = rigidGeometry(config, rig, grid);

  return {
    name: 'rigid',
    frame,
    distribution: grid.size,
    weightSpecs: () => layerSpecs(layers),
    initialWeights: (random: Random) => initialLayerWeights(layers, random),
    encode,
    roll,
    ...carryThroughPointers(grid, frame),
    paint,
    objectAt,
    change,
    macs: () => layerMacs(layers),
  };

  function encode(_weights: Weights, context: Context): Latent {
    const batch = context.frame.shape[0];
    const scene = sceneOf(context);
    // Colours, how much of an object there is, and how much of the arm hides it.
    return {
      scene: tf.concat([scene, objectness(scene, context.plate), context.armMask], 3),
      plate: context.plate,
      camera: context.camera,
      mirror: context.mirror,
      tip: context.tip,
      pointers: expand(grid.identity(), batch),
      origin: tf.zeros([batch, 2]),
      places: tf.zeros([batch, 2, grid.inCut.length]),
      flow: tf.zeros([batch, 2, grid.inCut.length]),
    };
  }

  function roll(weights: Weights, start: Latent, actions: Tensor): Latent[] {
    const cells = geometry.allCells();
    let pointers = expand(start.pointers, actions.shape[0]);
    return geometry.steps(start, actions).map((at) => {
      // How things were moved before is given: learning that a step should move them so that the next one sees them
      // better would cost a third more and teach little. Where the gripper looks from is not: planning wants to know.
      const given = withoutGradient(start.camera, () => pointers.clone());
      const motion = runNetwork(config, weights, lookThrough(start, given, at), at, cells);
      const field = readCells(motion.field, at.cells);
      const moved = mixMotions(config.motions, field, motion.rigid, at.points, at.inside);
      const source = mapPoints(at.toPixel, tf.add(at.points, moved.flow));
      pointers = grid.move(pointers, at.rows, source, tf.sub(1, moved.uncovered));
      const [places, flow] = [at.points, moved.flow].map((x) => tf.div(x, config.cellM).transpose([1, 0, 2]));
      return { ...start, tip: at.tip, origin: at.origin, pointers, places, flow };
    });
  }

  function paint(latent: Latent): Tensor {
    const batch = latent.pointers.shape[0];
    const everywhere = tf.tile(coordinates(placesInRectangle(frame)), [1, batch, 1]);
    const { shown, visible } = sceneAt(latent.scene, latent.pointers, grid.nearest(everywhere));
    const [colours] = tf.split(shown, [3, 2], 0);
    return pictureOf(blend(colours, planesOf(latent.plate), visible), frame);
  }

  function objectAt(latent: Latent, at: Tensor): Tensor {
    const { shown, visible } = sceneAt(latent.scene, latent.pointers, grid.nearest(at.transpose([2, 0, 1])));
    const [, object] = tf.split(shown, [3, 1, 1], 0);
    return tf.mul(object, visible).squeeze([0]);
  }

  function change(latent: Latent): Change {
    const { pointers, plate, origin } = latent;
    const [batch, plates] = [pointers.shape[0], plate.shape[0]];
    const corner = grid.firstPixel(origin);
    const places = tf.add(corner.transpose([1, 0]).expandDims(2), coordinates(placesInSquare(cut)));
    const { shown, visible } = sceneAt(latent.scene, pointers, grid.nearest(places));
    const [colours] = tf.split(shown, [3, 2], 0);
    const rows = squareRows(corner, cut, frame.width);
    const behind = gatherRows(
      plate.reshape<Tensor2D>([plates * pixels, 3]),
      rowsOfBatch(rows, pixels, plates === 1),
    );
    const side = cut / stride;
    const asPicture = (x: Tensor): Tensor => x.reshape([batch, 2, side, side]).transpose([0, 2, 3, 1]);
    return {
      painted: pictureOf(blend(colours, planesOfRows(behind, batch), visible), { height: cut, width: cut }),
      index: rowsOfBatch(rows, pixels),
      flow: asPicture(latent.flow),
      places: asPicture(latent.places),
    };
  }

  /**
   * The square of the push frame as the pointers show it: how its colours differ from the plate's, how much of an
   * object there is, and whether it is hidden behind the arm: see `blocksOf`, [B, 4 * 5, M / 4].
   */
  function lookThrough(
    { scene, plate }: Latent,
    pointers: Tensor,
    { places, nearest }: StepGeometry,
  ): Tensor {
    const inputs = [pointers, nearest.rows, nearest.offset, places, scene, plate];
    return hosted(lookThroughPointers, inputs, () => {
      const { shown, visible } = sceneAt(scene, pointers, nearest);
      const empty = tf.pad(plate, [[0, 0], [0, 0], [0, 0], [0, 2]]); // prettier-ignore
      return blocksOf(tf.mul(tf.sub(shown, readNearest(empty, places)), visible));
    });
  }

  /** The scene that the pointers `nearest` to some places show there: see `encode`, [5, B, M] and [1, B, M]. */
  function sceneAt(scene: Tensor, pointers: Tensor, nearest: Nearest): { shown: Tensor; visible: Tensor } {
    const pointed = grid.follow(pointers, nearest);
    const [, visible] = tf.split(pointed, [2, 1], 0);
    return { shown: readBilinear(scene, pointed), visible };
  }
}

/** Places (row, col) as a tensor [2, 1, M]. */
function coordinates(places: readonly (readonly [number, number])[]): Tensor {
  return tf.tensor3d([0, 1].flatMap((d) => places.map((place) => place[d])), [2, 1, places.length]); // prettier-ignore
}
