/**
 * The video-prediction networks of Finn, Goodfellow & Levine 2016, "Unsupervised Learning for Physical Interaction
 * through Video Prediction" (arXiv 1605.07157), as predictors. A step sees the last picture, says how its pixels move,
 * and adds up by masks: the last picture, the moved pixels, the background, and in SNA the first picture. Designated
 * pixels move with the same kernels or maps and the same masks (Finn & Levine 2017, arXiv 1610.00696).
 *
 * The layers are those of the paper, all channels scaled by one number, `width`. Departures from it, for all four:
 *
 * - The picture is ours: without arm and shadows. Where the gripper is, which the paper's networks see, is drawn
 *   as a fourth channel; its next place is not learned but follows from the action.
 * - One context frame instead of two, since that is what a context holds.
 * - Where the paper paints pixels that appear from nothing, we take the background plate, which is known.
 * - Transposed convolutions are convolutions with four times the outputs, laid out as 2 x 2 blocks (Shi et al. 2016):
 *   the same growth at a third of the time here.
 * - Before training the masks prefer the last picture and kernels stand nearly still.
 * - Where the rig is symmetric, half of a training batch is seen in a mirror, as for every predictor here.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Rig } from '../spec/rig.ts';
import type { CellState } from './conv-lstm.ts';
import { cellDistances, gridCells, normalised, pixelBlobs } from './distribution.ts';
import {
  featureChannels,
  finnSpecs,
  initialFinnWeights,
  placesAt,
  trunkLayers,
  type TrunkConfig,
} from './finn-layers.ts';
import { emptyCells, runTrunk, type TrunkResult } from './finn-network.ts';
import { moveTip } from './gripper.ts';
import { placesInRectangle } from './layout.ts';
import { convolve, layerMacs, type Layers } from './layers.ts';
import { isSymmetric, reflectPicture, reflectVector } from './mirror.ts';
import { expand, momentOf, readBilinear } from './ops.ts';
import {
  LEAST_SHARE,
  type Change,
  type Context,
  type Latent,
  type PixelDistributions,
  type Predictor,
  type Weights,
} from './predictor.ts';
import { projectPoints } from './push-frame.ts';
import { objectness, sceneOf } from './scene.ts';

/** How one of the networks moves pixels. What `predict` says travels in the latent, batch first. */
export interface PixelMotion {
  /** The layers it needs beside the trunk's. */
  readonly layers: Layers;
  /** How many transformed pictures there are, each with its mask. */
  readonly count: number;
  /** Multiply-accumulates of moving a picture of three channels. */
  readonly macs: number;
  /** The motion that leaves everything where it is, [1, ...]. */
  still(): Latent;
  /** @param masks of the last picture as it is and of the transformed ones, [B, h, w, 1 + count] */
  predict(weights: Weights, result: TrunkResult, masks: Tensor): Latent;
  /** [S, h, w, C] -> [B, h, w, C]; what the masks give to others is missing from the sum. */
  move(picture: Tensor, motion: Latent): Tensor;
  /** From where pixels came on average, relative, in pixels, [B, h, w, 2]. */
  flow(motion: Latent): Tensor;
}

export interface FinnOptions {
  readonly name: string;
  readonly config: TrunkConfig;
  readonly motion: PixelMotion;
  /** Whether the first picture is among those added up. */
  readonly firstFrame: boolean;
}

/**
 * Before training the masks' logits: for the last picture, above that of all transformed ones together; and for the
 * background, whose pixels are no longer there.
 */
const PREFER_LAST = 1.7;
const AVOID_PLATE = -2;
/** Width of the blob that stands for the gripper, pixels. */
const TIP_PX = 2;
const MOTION = 'motion/';

export function finnPredictor({ name, config, motion, firstFrame }: FinnOptions, rig: Rig): Predictor {
  const { frame } = config;
  const { height, width } = frame;
  const symmetric = isSymmetric(rig);
  const others = firstFrame ? 2 : 1;
  const logits = [
    PREFER_LAST + Math.log(motion.count),
    ...Array<number>(motion.count).fill(0),
    AVOID_PLATE,
    0,
  ];
  const bias = logits.slice(0, 1 + motion.count + others);
  const layers: Layers = {
    ...trunkLayers(config),
    masks: {
      places: placesAt(1, config),
      shape: [1, 1, featureChannels(config), bias.length],
      std: 0.1,
      bias,
    },
    ...motion.layers,
  };

  return {
    name,
    frame,
    distribution: frame,
    weightSpecs: () => finnSpecs(config, layers),
    initialWeights: (random) => initialFinnWeights(config, layers, random),
    encode,
    roll,
    designate,
    carry,
    paint,
    objectAt,
    change,
    macs: () => layerMacs(layers) + motion.macs,
  };

  /** Pictures in a latent are as the mirror shows them, where it is looked into. */
  function encode(_weights: Weights, context: Context): Latent {
    const mirror = symmetric ? context.mirror : tf.onesLike(context.mirror);
    const scene = reflectPicture(sceneOf(context), mirror);
    const batch = scene.shape[0];
    return {
      scene,
      ...(firstFrame ? { first: scene, ofFirst: tf.zeros([batch, height, width, 1]) } : {}),
      plate: reflectPicture(context.plate, mirror),
      camera: context.camera,
      mirror,
      tip: context.tip,
      ...packCells(emptyCells(config, batch)),
      ...prefixed(mapValues(motion.still(), (x) => expand(x, batch))),
    };
  }

  function roll(weights: Weights, start: Latent, actions: Tensor): Latent[] {
    const latents = [start];
    for (let t = 0; t < (actions.shape[1] as number); t++) {
      latents.push(step(weights, latents[t], momentOf(actions, t)));
    }
    return latents.slice(1);
  }

  function step(weights: Weights, latent: Latent, action: Tensor): Latent {
    const batch = action.shape[0];
    const { scene, plate, mirror, camera } = latent;
    const tip = reflectVector(latent.tip, mirror);
    const told = tf.concat(
      [expand(insideWorkspace(tip), batch), reflectVector(action, expand(mirror, batch))],
      1,
    );
    const seen = tf.concat([scene, gripperMap(projectPoints(camera, tip))], 3);
    const result = runTrunk(weights, seen, told, unpackCells(latent));

    const masks = tf.softmax(convolve(weights, 'masks', result.features), 3);
    const [moving, ofPlate, ...rest] = tf.split(
      masks,
      [1 + motion.count, ...Array<number>(others).fill(1)],
      3,
    );
    const predicted = motion.predict(weights, result, moving);
    const parts = [motion.move(scene, predicted), tf.mul(ofPlate, plate)];
    if (firstFrame) parts.push(tf.mul(rest[0], latent.first));
    return {
      ...latent,
      scene: tf.addN(parts),
      ...(firstFrame ? { ofFirst: rest[0] } : {}),
      tip: moveTip(expand(latent.tip, batch), action, rig.action.scale, rig.workspace),
      ...packCells(result.cells),
      ...prefixed(predicted),
    };
  }

  function designate(pixels: Tensor): PixelDistributions {
    const first = pixelBlobs(pixels, frame);
    return { first, now: first };
  }

  function carry({ first, now }: PixelDistributions, latent: Latent): PixelDistributions {
    const { mirror } = latent;
    const moved = motion.move(reflectPicture(now, mirror), motionOf(latent));
    const kept = firstFrame ? tf.add(moved, tf.mul(reflectPicture(first, mirror), latent.ofFirst)) : moved;
    return { first, now: normalised(tf.add(reflectPicture(kept, mirror), LEAST_SHARE)) };
  }

  function paint({ scene, mirror }: Latent): Tensor {
    return reflectPicture(scene, mirror);
  }

  function objectAt(latent: Latent, pixels: Tensor): Tensor {
    const [batch, count] = pixels.shape as number[];
    const places = pixels.transpose([2, 0, 1]);
    const read = (picture: Tensor): Tensor =>
      readBilinear(reflectPicture(picture, latent.mirror), places)
        .transpose([1, 2, 0])
        .reshape([batch, count, 1, 3]);
    return objectness(read(latent.scene), read(latent.plate)).reshape([batch, count]);
  }

  function change(latent: Latent): Change {
    const { mirror } = latent;
    const [down, right] = tf.split(motion.flow(motionOf(latent)), 2, 3);
    const flow = tf.concat([down, tf.mul(right, mirror.reshape([-1, 1, 1, 1]))], 3);
    const places = tf.tensor4d(placesInRectangle(frame).flat(), [1, frame.height, frame.width, 2]);
    return { painted: paint(latent), index: null, flow: reflectPicture(flow, mirror), places };
  }

  /** Places [B, 3] in metres as numbers from -1 to 1. */
  function insideWorkspace(place: Tensor): Tensor {
    const { low, high } = rig.workspace;
    const middle = tf.tensor2d([low.map((l, d) => (l + high[d]) / 2)]);
    const reach = tf.tensor2d([low.map((l, d) => (high[d] - l) / 2)]);
    return tf.div(tf.sub(place, middle), reach);
  }

  /** A blob at pixels [B, 2] -> [B, h, w, 1]. */
  function gripperMap(pixels: Tensor): Tensor {
    const distance = cellDistances(gridCells(frame, frame), pixels.expandDims(1));
    const blob = tf.exp(tf.mul(tf.square(distance), -0.5 / (TIP_PX * TIP_PX)));
    return blob.reshape([-1, height, width, 1]);
  }
}

function packCells(cells: readonly CellState[]): Latent {
  const named = cells.flatMap(({ hidden, memory }, i) => [
    [`hidden${i + 1}`, hidden] as const,
    [`memory${i + 1}`, memory] as const,
  ]);
  return Object.fromEntries(named);
}

function unpackCells(latent: Latent): CellState[] {
  const cells: CellState[] = [];
  for (let i = 1; `hidden${i}` in latent; i++) {
    cells.push({ hidden: latent[`hidden${i}`], memory: latent[`memory${i}`] });
  }
  return cells;
}

function prefixed(motion: Latent): Latent {
  return Object.fromEntries(Object.entries(motion).map(([key, value]) => [MOTION + key, value]));
}

function motionOf(latent: Latent): Latent {
  const own = Object.entries(latent).filter(([key]) => key.startsWith(MOTION));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(MOTION.length), value]));
}

function mapValues(latent: Latent, change: (x: Tensor) => Tensor): Latent {
  return Object.fromEntries(Object.entries(latent).map(([key, value]) => [key, change(value)]));
}
