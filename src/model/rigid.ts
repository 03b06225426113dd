/**
 * The default predictor: a small convolutional network that looks where the gripper goes and says how things
 * there move.
 *
 * Its state is a pointer field: for each pixel, which pixel of the context frame it shows, and whether it shows
 * it at all or the background plate instead. Ten steps of warping therefore never blur the picture (compare
 * the flow composition of Visual Foresight, Ebert et al. 2018, and CDNA, Finn et al. 2016). A step looks at a
 * 32x32 cut at full resolution around the gripper's way, and predicts there a mixture of "stands still", a few
 * rigid motions on the table about the gripper, and a free flow. Outside the cut everything stands still.
 */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Random } from '../spec/random.ts';
import type { Rig } from '../spec/rig.ts';
import { gripperMaps, gripperStep, moveTip, type GripperStep } from './gripper.ts';
import { blockStarts, gatherRows, readBilinear, replaceRows } from './ops.ts';
import { sceneOf } from './scene.ts';
import { blend, blockOrder, type View } from './view.ts';
import type { Change, Context, Latent, PixelDistributions, Predictor, Weights } from './predictor.ts';
import {
  initialWeights,
  networkMacs,
  runNetwork,
  weightSpecs,
  type RigidNetworkConfig,
} from './rigid-network.ts';

/** Every pixel keeps this much probability, so that a lost designated pixel is "anywhere", not 0/0. */
const DISTRIBUTION_FLOOR = 1e-7;

/** The pixels of a cut, (row, column), in some order. */
type Order = readonly (readonly [number, number])[];

/** Builds the predictor for a rig's action and workspace; `frame` is the size it sees and paints. */
export function rigidPredictor(rig: Rig, frame: FrameSize, config: RigidNetworkConfig): Predictor {
  const { height, width } = frame;
  const pixels = height * width;
  const cut = config.cut;
  const distribution = { height: height / 2, width: width / 2 };
  const blocks = blockOrder(cut);
  const rowOrder = blocks.toSorted(([a, b], [c, d]) => a - c || b - d);

  return {
    name: 'rigid',
    frame,
    distribution,
    weightSpecs: () => weightSpecs(config),
    initialWeights: (random: Random) => initialWeights(config, random),
    encode,
    step,
    carry,
    paint,
    change,
    macs: () => networkMacs(config),
  };

  function encode(_weights: Weights, context: Context): Latent {
    const batch = context.frame.shape[0];
    const seen = tf.sub(1, context.armMask);
    return {
      scene: tf.concat([sceneOf(context), seen], 3),
      plate: context.plate,
      camera: context.camera,
      tip: context.tip,
      pointers: tf.tile(identityPointers(frame), [batch, 1, 1, 1]),
      origin: tf.zeros([batch, 2]),
      flow: tf.zeros([batch, 2, cut * cut]),
    };
  }

  function step(weights: Weights, latent: Latent, action: Tensor): Latent {
    const batch = action.shape[0];
    const tip = moveTip(latent.tip, action, rig.action.scale, rig.workspace);
    const way = gripperStep(latent.camera, expand(latent.tip, batch), tip, config.contactHeightM);
    const origin = cutOrigin(way);
    const pointers = expand(latent.pointers, batch);
    const here = cutPointers(pointers, origin);
    const view = lookThrough(latent, here, origin);
    const cells = cutCells(origin);
    const motion = runNetwork(config, weights, view, gripperMaps(way, mapCells(origin)), cells, way);

    const [place, visible] = tf.split(readBilinear(pointers, tf.add(cells, motion.flow)), [2, 1], 0);
    const moved = tf.concat([place, tf.mul(visible, tf.sub(1, motion.uncovered))], 0);
    const flat = replaceRows(
      pointers.reshape<Tensor2D>([batch * pixels, 3]),
      moved.reshape([3, batch * cut * cut]).transpose<Tensor2D>([1, 0]),
      cutIndex(origin, false),
    );
    return {
      ...latent,
      tip,
      origin,
      pointers: flat.reshape([batch, height, width, 3]),
      flow: motion.flow.transpose([1, 0, 2]),
    };
  }

  function carry(distributions: PixelDistributions, latent: Latent): PixelDistributions {
    const pointers = tf.stridedSlice(latent.pointers, [0, 0, 0, 0], latent.pointers.shape, [1, 2, 2, 1]);
    const [place, visible] = tf.split(planesOf(pointers), [2, 1], 0);
    const read = tf.add(tf.mul(readBilinear(distributions.first, place), visible), DISTRIBUTION_FLOOR);
    const now = tf.div(read, tf.sum(read, 2, true));
    return { first: distributions.first, now: pictureOf(now, distribution) };
  }

  function paint(latent: Latent): Tensor {
    const [place, visible] = tf.split(planesOf(latent.pointers), [2, 1], 0);
    const [colours] = tf.split(readBilinear(latent.scene, place), [3, 1], 0);
    return pictureOf(blend(colours, planesOf(latent.plate), visible), frame);
  }

  function change(latent: Latent): Change {
    const { colours, plate, visible } = lookThrough(
      latent,
      cutPointers(latent.pointers, latent.origin, rowOrder),
      latent.origin,
      rowOrder,
    );
    const painted = pictureOf(blend(colours, plate, visible), { height: cut, width: cut });
    return { painted, index: cutIndex(latent.origin, false, rowOrder), flow: flowInRows(latent.flow) };
  }

  /** A flow [B, 2, M] in block order as a picture, [B, cut, cut, 2]. */
  function flowInRows(flow: Tensor): Tensor {
    const batch = flow.shape[0];
    const places = new Map(blocks.map(([row, col], m) => [row * cut + col, m]));
    const order = rowOrder.map(([row, col]) => places.get(row * cut + col) ?? 0);
    const pixelsFirst = flow.reshape([2 * batch, cut * cut]).transpose<Tensor2D>([1, 0]);
    return gatherRows(pixelsFirst, tf.tensor1d(order, 'int32'))
      .reshape([cut, cut, batch, 2])
      .transpose([2, 0, 1, 3]);
  }

  /** Top left pixel of the cut around the gripper's way, [B, 2], whole numbers. */
  function cutOrigin(way: GripperStep): Tensor {
    const centre = tf.mul(tf.add(way.from, way.to), 0.5);
    const limit = tf.tensor2d([[height - cut, width - cut]]);
    return tf.minimum(tf.maximum(tf.round(tf.sub(centre, (cut - 1) / 2)), 0), limit);
  }

  /** The cut's pixels in the frame, [2, B, cut * cut] (rows, columns), in block order. */
  function cutCells(origin: Tensor): Tensor {
    const rows = blocks.map(([row]) => row);
    const cols = blocks.map(([, col]) => col);
    const inside = tf.tensor3d([...rows, ...cols], [2, 1, cut * cut]);
    return tf.add(inside, origin.transpose([1, 0]).reshape([2, -1, 1]));
  }

  /** Centres of the cut's 2x2 blocks in the frame, [B, cut/2, cut/2, 2] (row, column). */
  function mapCells(origin: Tensor): Tensor {
    const values: number[] = [];
    for (let i = 0; i < cut; i += 2) for (let j = 0; j < cut; j += 2) values.push(i + 0.5, j + 0.5);
    return tf.add(tf.tensor4d(values, [1, cut / 2, cut / 2, 2]), origin.reshape([-1, 1, 1, 2]));
  }

  /** Rows of the flattened frames that the cut covers, int32 [B * cut * cut]. */
  function cutIndex(origin: Tensor, shared: boolean, order: Order = blocks): Tensor1D {
    const batch = origin.shape[0];
    const [row, col] = tf.split(tf.cast(origin, 'int32'), 2, 1);
    const inside = order.map(([i, j]) => i * width + j);
    const start = tf.add(tf.mul(row, tf.scalar(width, 'int32')), col).add(blockStarts(batch, pixels, shared));
    return tf.add(start, tf.tensor2d(inside, [1, cut * cut], 'int32')).reshape([batch * cut * cut]);
  }

  /** The pointers of the cut, [3, B, cut * cut]. */
  function cutPointers(pointers: Tensor, origin: Tensor, order: Order = blocks): Tensor {
    const batch = pointers.shape[0];
    const flat = pointers.reshape<Tensor2D>([batch * pixels, 3]);
    return cutPlanes(gatherRows(flat, cutIndex(origin, false, order)), batch);
  }

  /** What the pointers of the cut show: the scene's colours, whether they were really seen, and the plate. */
  function lookThrough(latent: Latent, pointers: Tensor, origin: Tensor, order: Order = blocks): View {
    const [place, visible] = tf.split(pointers, [2, 1], 0);
    const [colours, known] = tf.split(readBilinear(latent.scene, place), [3, 1], 0);
    const plates = latent.plate.shape[0];
    const flat = latent.plate.reshape<Tensor2D>([plates * pixels, 3]);
    const plate = gatherRows(flat, cutIndex(origin, plates === 1, order));
    return { colours, known, visible, plate: cutPlanes(plate, origin.shape[0]) };
  }

  /** Rows [B * cut * cut, C] as planes [C, B, cut * cut]. */
  function cutPlanes(rows: Tensor, batch: number): Tensor {
    return rows.transpose([1, 0]).reshape([-1, batch, cut * cut]);
  }
}

/** A picture [B, h, w, C] as planes [C, B, h * w]. */
function planesOf(picture: Tensor): Tensor {
  const [batch, height, width, channels] = picture.shape as number[];
  return picture
    .reshape([batch * height * width, channels])
    .transpose([1, 0])
    .reshape([channels, batch, -1]);
}

/** Planes [C, B, h * w] as a picture [B, h, w, C]. */
function pictureOf(planes: Tensor, { height, width }: FrameSize): Tensor {
  const [channels, batch] = planes.shape as number[];
  return planes.reshape([channels, -1]).transpose([1, 0]).reshape([batch, height, width, channels]);
}

/** A latent's tensor for `batch` candidates: repeated when it holds one observation for all of them. */
function expand(x: Tensor, batch: number): Tensor {
  if (x.shape[0] === batch) return x;
  return tf.tile(x, [batch, ...x.shape.slice(1).map(() => 1)]);
}

/** Every pixel shows itself, [1, h, w, 3]. */
function identityPointers({ height, width }: FrameSize): Tensor {
  const values = new Float32Array(height * width * 3);
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) values.set([row, col, 1], 3 * (row * width + col));
  }
  return tf.tensor4d(values, [1, height, width, 3]);
}
