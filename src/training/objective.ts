/**
 * What training minimises: how differently the predicted scene and the seen one look, arm left out, where a
 * step may have changed something.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import type { Tensors } from '../compute/compute.ts';
import { everyNth, momentOf } from '../model/ops.ts';
import { step, type Context, type Predictor, type Weights } from '../model/predictor.ts';
import { sceneOf, withoutShadows } from '../model/scene.ts';

export interface ObjectiveConfig {
  /** Extra weight of pixels that differ from the context frame. */
  readonly movedWeight: number;
  /** A pixel has moved when a colour differs by more than this (0..1). */
  readonly movedThreshold: number;
  /** Weight of the same loss on pictures smoothed over 3 and over 5 pixels. */
  readonly coarseWeight: number;
  /** Loss a pixel by which the distances of neighbours of one colour on one thing change. */
  readonly rigidityWeight: number;
}

export const OBJECTIVE_DEFAULTS: ObjectiveConfig = {
  movedWeight: 4,
  movedThreshold: 0.08,
  coarseWeight: 0.5,
  rigidityWeight: 0.03,
};

/** A colour that differs from the plate by more than this (0..1) belongs to a thing. */
const THING_ABOVE = 0.08;
/** Neighbours whose colours differ by the inverse of this are a third as much bound to move alike. */
const UNLIKE_SCALE = 15;

/** Keeps the weights' sum above zero where the arm covers everything. */
const LEAST_WEIGHT = 1e-3;

/** Control steps before a training window from which the belief about what the arm hides is built. */
export const WARM_UP_STEPS = 2;

/**
 * What a predictor believes to be behind the arm at frame `WARM_UP_STEPS` of a batch, [B, h, w, 3]: as in
 * control, its prediction for that frame, made from beliefs that started with the plate. No gradient goes here.
 */
export function warmUp(predictor: Predictor, weights: Weights, batch: Tensors): Tensor {
  let behind = batch.plate;
  for (let t = 0; t < WARM_UP_STEPS; t++) {
    const latent = predictor.encode(weights, contextAt(batch, t, behind));
    behind = predictor.paint(step(predictor, weights, latent, momentOf(batch.actions, t)));
  }
  return behind;
}

/** The actions that are predicted, [B, T - WARM_UP_STEPS, A]. */
export function afterWarmUp(actions: Tensor): Tensor {
  return tf.slice(actions, [0, WARM_UP_STEPS, 0]);
}

/** The context of a batch at moment `t`. */
export function contextAt(batch: Tensors, t: number, behind: Tensor): Context {
  const { plate, camera, mirror } = batch;
  return {
    frame: momentOf(batch.frames, t),
    armMask: momentOf(batch.armMask, t),
    tip: momentOf(batch.tips, t),
    plate,
    camera,
    mirror,
    behind,
  };
}

/**
 * Mean absolute error of the steps predicted after the warm-up, weighted by motion, at three scales; and, weighted by
 * `rigidityWeight`, how much things are deformed.
 *
 * @param batch see `batchSpecs`
 * @param behind what `warmUp` made of the batch
 * @returns a scalar
 */
export function predictionLoss(
  predictor: Predictor,
  weights: Weights,
  config: ObjectiveConfig,
  batch: Tensors,
  behind: Tensor,
): Tensor {
  const steps = batch.actions.shape[1] as number;
  const context = contextAt(batch, WARM_UP_STEPS, behind);
  const before = sceneOf(context);
  const start = predictor.encode(weights, context);

  const losses: Tensor[] = [];
  for (const [ahead, latent] of predictor.roll(weights, start, afterWarmUp(batch.actions)).entries()) {
    const t = WARM_UP_STEPS + ahead;
    const { painted, index, flow, places } = predictor.change(latent);
    const seen = [momentOf(batch.frames, t + 1), batch.plate, before, momentOf(batch.armMask, t + 1)];
    const part = take(tf.concat(seen, 3), index, painted.shape);
    const [frame, plate, start, arm] = tf.split(part, [3, 3, 3, 1], 3);
    const scene = withoutShadows(frame, plate);
    const visible = tf.sub(1, arm);
    const differs = (from: Tensor, by: number): Tensor =>
      tf.step(tf.sub(tf.max(tf.abs(tf.sub(scene, from)), 3, true), by));
    const moved = differs(start, config.movedThreshold);
    const weight = tf.add(tf.mul(tf.add(1, tf.mul(moved, config.movedWeight)), visible), LEAST_WEIGHT);
    losses.push(pyramidLoss(painted, tf.concat([scene, visible, weight], 3), config.coarseWeight));
    const thing = tf.mul(visible, differs(plate, THING_ABOVE));
    const neighbours = everyNth(tf.concat([scene, thing], 3), painted.shape[1]! / flow.shape[1]!);
    losses.push(tf.mul(deformation(flow, places, neighbours), config.rigidityWeight));
  }
  return tf.div(tf.addN(losses), steps - WARM_UP_STEPS);
}

/** Neighbours of a place: so many rows down, and columns to the right. Fewer would leave a way to be sheared unseen. */
const NEIGHBOURS = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const;

/**
 * How much things are stretched, squeezed and sheared that look to be one: by how much the distances change between
 * neighbours of one colour on one thing, weighted mean, pixels. Inside a plain surface every motion looks the same, so
 * that a network could move its edges and leave its middle, and with it the designated pixel, behind (the aperture
 * problem). Rigid motions cost nothing (as rigid as possible, Sorkine and Alexa 2007; the weights are those of
 * edge-aware smoothness in unsupervised optical flow, Jonschkowski et al. 2020): a penalty on differences of flow is
 * one on turning, and a network that was trained with it turned things by a third of what it should.
 *
 * @param flow see `Change`
 * @param places see `Change`
 * @param colours of the seen cut, the pixels that the flow is of: colours, and whether each is of a thing that can be
 *   seen, [B, h'', w'', 4]
 */
export function deformation(flow: Tensor, places: Tensor, colours: Tensor): Tensor {
  const [, height, width] = flow.shape as number[];
  const pairs = NEIGHBOURS.map(([down, right]) => {
    const size = [height - down, width - Math.abs(right)];
    const both = (x: Tensor): readonly [Tensor, Tensor] => [
      tf.slice(x, [0, 0, Math.max(0, -right), 0], [-1, ...size, -1]),
      tf.slice(x, [0, down, Math.max(0, right), 0], [-1, ...size, -1]),
    ];
    const apart = (x: Tensor): Tensor => {
      const [here, there] = both(x);
      return tf.sub(there, here);
    };
    const [here, there] = both(colours).map((x) => tf.split(x, [3, 1], 3));
    const unlike = tf.mean(tf.abs(tf.sub(here[0], there[0])), 3, true);
    const weight = tf.mul(tf.mul(here[1], there[1]), tf.exp(tf.mul(unlike, -UNLIKE_SCALE)));
    const now = apart(places);
    const before = tf.add(now, apart(flow));
    const change = tf.abs(tf.sub(lengths(before), lengths(now)));
    return { weight: tf.sum(weight), change: tf.sum(tf.mul(change, weight)) };
  });
  const total = (of: 'weight' | 'change'): Tensor => tf.addN(pairs.map((pair) => pair[of]));
  return tf.div(total('change'), tf.add(total('weight'), 1));
}

/** Of vectors [..., 2], [..., 1]. */
function lengths(vectors: Tensor): Tensor {
  return tf.sqrt(tf.add(tf.sum(tf.square(vectors), 3, true), 1e-6));
}

/** The rows of `full` [B, h, w, C] at `index`, shaped like the painted part. */
function take(full: Tensor, index: Tensor | null, like: readonly number[]): Tensor {
  if (index === null) return full;
  const channels = full.shape[3] as number;
  return tf
    .gather(full.reshape<Tensor2D>([-1, channels]), index as Tensor1D)
    .reshape([like[0], like[1], like[2], channels]);
}

/**
 * Weighted L1 at full resolution and on two smoothed, smaller pictures. `target` carries, after its colours, what
 * is visible of each pixel and its weight. Differences are taken before smoothing, without those under the arm:
 * smoothed first, the arm would leak into what is seen beside it.
 */
function pyramidLoss(painted: Tensor, target: Tensor, coarseWeight: number): Tensor {
  const [colours, visible, weight] = tf.split(target, [3, 1, 1], 3);
  const full = tf.concat([tf.mul(tf.sub(painted, colours), visible), weight], 3);
  const pool = (side: number, stride: number): Tensor => tf.avgPool(full as Tensor4D, side, stride, 'same');
  const level = (differences: Tensor): Tensor => {
    const [difference, weights] = tf.split(differences, [3, 1], 3);
    return tf.div(tf.sum(tf.mul(tf.abs(difference), weights)), tf.mul(tf.sum(weights), 3));
  };
  return tf.add(level(full), tf.mul(tf.add(level(pool(3, 2)), level(pool(5, 4))), coarseWeight));
}
