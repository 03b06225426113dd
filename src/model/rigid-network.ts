/**
 * The convolutions of the rigid-motion predictor: from a cut of the scene and the gripper's way to a flow
 * field. About 85,000 weights and 4.5 million multiply-accumulates a step.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { TensorSpec } from '../compute/compute.ts';
import type { Random } from '../spec/random.ts';
import { GRIPPER_CHANNELS, type GripperStep } from './gripper.ts';
import { depthToSpace } from './ops.ts';
import type { Weights } from './predictor.ts';
import { blend, blocksToPicture, pictureToBlocks, type View } from './view.ts';

export interface RigidNetworkConfig {
  /** Side of the square cut around the gripper's way, pixels; a multiple of 4. */
  readonly cut: number;
  /** Channels at half and at quarter resolution of the cut. */
  readonly fine: number;
  readonly coarse: number;
  /** Number of rigid motions in the mixture. */
  readonly motions: number;
  /** Height at which the gripper touches objects, metres. */
  readonly contactHeightM: number;
}

export const RIGID_DEFAULTS: RigidNetworkConfig = {
  cut: 32,
  fine: 16,
  coarse: 32,
  motions: 2,
  contactHeightM: 0.02,
};

/** How the cut moves: `flow` [2, B, M] points to where each pixel comes from; `uncovered` [1, B, M] in 0..1. */
export interface Motion {
  readonly flow: Tensor;
  readonly uncovered: Tensor;
}

/** Colours, their difference from the plate, and whether they were seen, in 2x2 blocks. */
const VIEW_CHANNELS = 4 * 7;
const DENSE = 64;
const SQUEEZED = 12;

/** Mixture logits are bounded: unbounded, "stands still" saturates and its gradient dies. */
const LOGIT_BOUND = 6;
/** Before training nothing uncovers the plate: without this the network erases what it cannot predict. */
const UNCOVER_BIAS = -6;
/** Natural sizes of the motions, so that the weights start near 1: pixels, pixels, radians, growth. */
const FLOW_PX = 2;
const SHIFT_PX = 2;
const TURN_RAD = 0.1;
const GROWTH = 0.02;

/** Per pixel: still, one logit a motion, free flow's logit; the free flow; uncovered. */
const fieldChannels = (config: RigidNetworkConfig): number => config.motions + 5;

interface Layer {
  readonly shape: readonly number[];
  /** Standard deviation of the initial weights; He et al. 2015 where absent. */
  readonly std?: number;
  readonly biasStd?: number;
}

function layers(config: RigidNetworkConfig): Record<string, Layer> {
  const { fine, coarse, motions, cut } = config;
  return {
    look: { shape: [3, 3, VIEW_CHANNELS + GRIPPER_CHANNELS, fine] },
    down: { shape: [3, 3, fine, coarse] },
    mixA: { shape: [3, 3, coarse, coarse] },
    mixB: { shape: [3, 3, coarse, coarse] },
    up: { shape: [1, 1, coarse, 2 * fine] },
    field: { shape: [3, 3, fine + fine / 2, 4 * fieldChannels(config)], std: 0.02 },
    squeeze: { shape: [1, 1, coarse, SQUEEZED] },
    dense: { shape: [SQUEEZED * (cut / 4) ** 2, DENSE] },
    motion: { shape: [DENSE, 4 * motions], std: 0.02, biasStd: 0.1 },
  };
}

export function weightSpecs(config: RigidNetworkConfig): Record<string, TensorSpec> {
  const specs: Record<string, TensorSpec> = {};
  for (const [name, { shape }] of Object.entries(layers(config))) {
    specs[`${name}/weights`] = { shape, dtype: 'float32' };
    specs[`${name}/bias`] = { shape: [shape[shape.length - 1]], dtype: 'float32' };
  }
  return specs;
}

export function initialWeights(config: RigidNetworkConfig, random: Random): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = {};
  for (const [name, { shape, std, biasStd }] of Object.entries(layers(config))) {
    const count = shape.reduce((a, b) => a * b, 1);
    const outputs = shape[shape.length - 1];
    const spread = std ?? Math.sqrt(2 / (count / outputs));
    values[`${name}/weights`] = Float32Array.from({ length: count }, () => spread * random.normal());
    values[`${name}/bias`] = Float32Array.from({ length: outputs }, () => (biasStd ?? 0) * random.normal());
  }
  return values;
}

/** Multiply-accumulates of one call for one candidate. */
export function networkMacs(config: RigidNetworkConfig): number {
  const half = (config.cut / 2) ** 2;
  const quarter = (config.cut / 4) ** 2;
  const places: Record<string, number> = { look: half, field: half, dense: 1, motion: 1 };
  return Object.entries(layers(config)).reduce(
    (sum, [name, { shape }]) => sum + (places[name] ?? quarter) * shape.reduce((a, b) => a * b, 1),
    0,
  );
}

/**
 * @param maps the gripper's way at half resolution, [B, cut/2, cut/2, GRIPPER_CHANNELS]
 * @param cells pixels of the cut in the frame, [2, B, M], in `blockOrder`
 */
export function runNetwork(
  config: RigidNetworkConfig,
  weights: Weights,
  view: View,
  maps: Tensor,
  cells: Tensor,
  way: GripperStep,
): Motion {
  const batch = maps.shape[0];
  const shown = blend(view.colours, view.plate, view.visible);
  const known = tf.add(tf.sub(1, view.visible), tf.mul(view.visible, view.known));
  const planes = tf.concat([tf.sub(shown, 0.5), tf.sub(shown, view.plate), known], 0);
  const pixels = blocksToPicture(planes, config.cut);

  const convolve = (x: Tensor, name: string, stride = 1): Tensor =>
    tf.add(
      tf.conv2d(x as Tensor4D, weights[`${name}/weights`] as Tensor4D, stride, 'same'),
      weights[`${name}/bias`],
    );
  const fine = tf.relu(convolve(tf.concat([pixels, maps], 3), 'look'));
  const coarse = tf.relu(convolve(fine, 'down', 2));
  const deep = tf.relu(tf.add(coarse, convolve(tf.relu(convolve(coarse, 'mixA')), 'mixB')));
  const raised = depthToSpace(convolve(deep, 'up'));
  const field = pictureToBlocks(convolve(tf.concat([fine, raised], 3), 'field'));

  const connect = (x: Tensor, name: string): Tensor =>
    tf.add(tf.matMul(x, weights[`${name}/weights`]), weights[`${name}/bias`]);
  const squeezed = tf.relu(convolve(deep, 'squeeze')).reshape([batch, -1]);
  const motions = connect(tf.relu(connect(squeezed, 'dense')), 'motion');

  const [logits, freeFlow, uncover] = tf.split(field, [config.motions + 2, 2, 1], 0);
  const mixture = mixtureWeights(logits, config.motions);
  const offset = tf.sub(cells, way.to.transpose([1, 0]).reshape([2, batch, 1]));
  const turned = quarterTurn(offset, way);
  const perMotion = motions.transpose([1, 0]).reshape([4 * config.motions, batch, 1]);
  const parameters = tf.split(perMotion, config.motions, 0);
  const flows = parameters.map((p) => rigidFlow(p, offset, turned));
  const candidates = [...flows, tf.mul(freeFlow, FLOW_PX)];
  const shares = tf.split(mixture, config.motions + 2, 0).slice(1);
  return {
    flow: shares.map((share, k) => tf.mul(share, candidates[k])).reduce((a, b) => tf.add(a, b)),
    uncovered: tf.sigmoid(tf.add(tf.mul(tf.tanh(tf.div(uncover, 4)), 8), UNCOVER_BIAS)),
  };
}

/** Softmax over "still", the motions and the free flow; bounded logits need no maximum subtracted. */
function mixtureWeights(logits: Tensor, motions: number): Tensor {
  const preferStill = tf.tensor3d([2, ...Array.from({ length: motions + 1 }, () => 0)], [motions + 2, 1, 1]);
  const bounded = tf.mul(tf.tanh(tf.div(tf.add(logits, preferStill), LOGIT_BOUND)), LOGIT_BOUND);
  const exponential = tf.exp(bounded);
  return tf.div(exponential, tf.sum(exponential, 0, true));
}

/** Shift, turn on the table and growth (perspective) about the gripper: [4, B, 1] -> [2, B, M]. */
function rigidFlow(parameters: Tensor, offset: Tensor, turned: Tensor): Tensor {
  const [shift, turn, growth] = tf.split(parameters, [2, 1, 1], 0);
  return tf.add(
    tf.mul(shift, SHIFT_PX),
    tf.add(tf.mul(turned, tf.mul(turn, TURN_RAD)), tf.mul(offset, tf.mul(growth, GROWTH))),
  );
}

/**
 * Pixel offsets turned by 90 degrees on the table: into metres by the inverse of the projection's Jacobian at
 * the gripper, (x, y) -> (-y, x), and back into pixels. The picture is foreshortened, so a turn on the table is
 * no turn of the picture. In a mirrored picture it goes the other way about on the table, so that it looks the
 * same: what a network sees must not mean two things.
 */
function quarterTurn(offset: Tensor, way: GripperStep): Tensor {
  const batch = offset.shape[1] as number;
  const split = (x: Tensor): Tensor[] => tf.split(x, 2, 1).map((part) => part.reshape([1, batch, 1]));
  const [xRow, xCol] = split(way.alongX);
  const [yRow, yCol] = split(way.alongY);
  const [row, col] = tf.split(offset, 2, 0);
  const determinant = tf.abs(tf.sub(tf.mul(xRow, yCol), tf.mul(yRow, xCol)));
  const x = tf.div(tf.sub(tf.mul(row, yCol), tf.mul(yRow, col)), determinant);
  const y = tf.div(tf.sub(tf.mul(xRow, col), tf.mul(row, xCol)), determinant);
  return tf.concat([tf.sub(tf.mul(x, yRow), tf.mul(y, xRow)), tf.sub(tf.mul(x, yCol), tf.mul(y, xCol))], 0);
}
