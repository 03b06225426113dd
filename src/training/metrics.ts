/**
 * How good a predictor is on windows it was not trained on: how alike the frames are (PSNR, SSIM), and what
 * planning needs, how far the predicted designated pixel lands from where ground truth says it went.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import {
  float32,
  type Engine,
  type Executable,
  type Tensors,
  type Value,
  type Values,
} from '../compute/compute.ts';
import { expectedPixels } from '../model/distribution.ts';
import { momentOf } from '../model/ops.ts';
import type { Predictor } from '../model/predictor.ts';
import { weightInputs, weightsOf } from '../model/weight-inputs.ts';
import { makeFrame, type Frame, type FrameSize } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import { pixelDistance } from '../spec/pixel.ts';
import { rescaleProjection, unproject } from '../spec/projection.ts';
import type { Rig } from '../spec/rig.ts';
import { afterWarmUp, contextAt, WARM_UP_STEPS, warmUp } from './objective.ts';
import { batchSpecs } from './training-step.ts';
import { OBJECT_PLANE_M } from '../spec/on-table.ts';

/** Held-out windows, and where ground truth sees one designated point from the end of the warm-up on. */
export interface HeldOutBatch {
  /** What a training step takes; the arrays may be overwritten when another batch is asked for its own. */
  readonly values: () => Values;
  /** Pixels of the predictor's frames, [B][T+1]; none for a window without truth. */
  readonly pixels: readonly (readonly Pixel[])[];
  /** Whether each point moves within the horizon, [B]. */
  readonly moved: readonly boolean[];
}

/** Mean error after each step, 1..T, beside the error of predicting that nothing moves. */
export interface PointError {
  readonly model: readonly number[];
  readonly nothingMoves: readonly number[];
}

/** The same in pixels of the predictor's frames, and of how many windows. */
export interface PixelError extends PointError {
  readonly windows: number;
}

export interface Metrics {
  /** Peak signal-to-noise ratio in dB and structural similarity of the painted frames, mean over steps. */
  readonly psnr: number;
  readonly ssim: number;
  /** Points that moved within the horizon, and the others. */
  readonly moved: PixelError;
  readonly unmoved: PixelError;
  /** Those that moved, on the table, in centimetres: comparable between frames of different sizes. */
  readonly movedCm: PointError;
}

/** A held-out window as it was seen and as it was predicted: the frames after each of the steps ahead. */
export interface Example {
  readonly seen: readonly Frame[];
  readonly predicted: readonly Frame[];
}

/** So many windows of each batch are painted, and so many examples shown, of points that moved. */
const PAINTED = 4;
const EXAMPLES = 4;

/** Predicts `horizon` steps for held-out batches of `batch` windows. */
export async function compileMetrics(
  engine: Engine,
  predictor: Predictor,
  { projection }: Pick<Rig, 'projection'>,
  size: { batch: number; horizon: number },
): Promise<{
  /** @param onExample is shown a few of the windows whose points moved */
  measure(
    weights: Values,
    batches: readonly HeldOutBatch[],
    onExample?: (example: Example) => void,
  ): Promise<Metrics>;
  dispose(): Promise<void>;
}> {
  const { batch, horizon } = size;
  const camera = rescaleProjection(projection, predictor.frame);
  const onTableCm = (a: Pixel, b: Pixel): number => {
    const [[ax, ay], [bx, by]] = [a, b].map((pixel) => unproject(camera, pixel, OBJECT_PLANE_M));
    return 100 * Math.hypot(ax - bx, ay - by);
  };
  const executable = await engine.compile(
    (inputs) => predictWindows(predictor, inputs),
    {
      ...weightInputs(predictor.weightSpecs()),
      ...batchSpecs(predictor.frame, batch, horizon),
      designated: float32(batch, 1, 2),
    },
    { name: `held-out prediction, ${horizon} ahead` },
  );
  return {
    measure: (weights, batches, onExample) =>
      measure(executable, weights, batches, horizon, onTableCm, exampleOf(predictor.frame, onExample)),
    dispose: () => executable.dispose(),
  };
}

async function measure(
  executable: Executable,
  weights: Values,
  batches: readonly HeldOutBatch[],
  horizon: number,
  onTableCm: (a: Pixel, b: Pixel) => number,
  show: (batch: HeldOutBatch, seen: Value, painted: Value) => void,
): Promise<Metrics> {
  const named = weightInputs(weights);
  const moved = errorSums(horizon);
  const unmoved = errorSums(horizon);
  const movedCm = errorSums(horizon);
  let psnr = 0;
  let ssim = 0;
  for (const held of batches) {
    const { pixels, moved: flags } = held;
    const values = held.values();
    const starts = Float32Array.from(
      pixels.flatMap((track) => [track.at(0)?.row ?? 0, track.at(0)?.col ?? 0]),
    );
    const designated = { shape: [pixels.length, 1, 2], data: starts };
    const results = await executable.run({ ...named, ...values, designated });
    show(held, values.frames, results.painted);
    psnr += results.psnr.data[0];
    ssim += results.ssim.data[0];
    const predicted = results.expected.data;
    pixels.forEach((track, b) => {
      if (track.length === 0) return;
      const landed = Array.from({ length: horizon }, (_, t) => {
        const at = 2 * (b * horizon + t);
        return { row: predicted[at], col: predicted[at + 1] };
      });
      addErrors(flags[b] ? moved : unmoved, landed, track, pixelDistance);
      if (flags[b]) addErrors(movedCm, landed, track, onTableCm);
    });
  }
  return {
    psnr: psnr / batches.length,
    ssim: ssim / batches.length,
    moved: meanError(moved),
    unmoved: meanError(unmoved),
    movedCm: pointError(meanError(movedCm)),
  };
}

/** Shows `onExample` windows of points that moved, from the few of each batch that are painted, until it saw enough. */
function exampleOf(
  { height, width }: FrameSize,
  onExample?: (example: Example) => void,
): (batch: HeldOutBatch, seen: Value, painted: Value) => void {
  const size = 3 * height * width;
  let shown = 0;
  const frames = (data: Value['data'], first: number, count: number): Frame[] =>
    Array.from({ length: count }, (_, t) => {
      const values = data.subarray((first + t) * size, (first + t + 1) * size);
      return makeFrame(
        { height, width },
        Uint8Array.from(values, (x) => Math.round(255 * Math.min(1, x))),
      );
    });
  return ({ moved, pixels }, seen, painted) => {
    if (onExample === undefined) return;
    const [steps, recorded] = [painted.shape[1], seen.shape[1]];
    for (let b = 0; b < Math.min(PAINTED, moved.length) && shown < EXAMPLES; b++) {
      // Where nobody knows what moved, any window will do.
      if (!moved[b] && pixels[b].length > 0) continue;
      shown++;
      onExample({
        seen: frames(seen.data, b * recorded + recorded - steps, steps),
        predicted: frames(painted.data, b * steps, steps),
      });
    }
  };
}

interface ErrorSums {
  windows: number;
  readonly model: number[];
  readonly nothingMoves: number[];
}

function errorSums(horizon: number): ErrorSums {
  return {
    windows: 0,
    model: Array(horizon).fill(0) as number[],
    nothingMoves: Array(horizon).fill(0) as number[],
  };
}

/** Adds one window: where its point was predicted to land, [T], and was seen, [T+1]. */
function addErrors(
  sums: ErrorSums,
  landed: readonly Pixel[],
  track: readonly Pixel[],
  distance: (a: Pixel, b: Pixel) => number,
): void {
  sums.windows++;
  landed.forEach((pixel, t) => {
    sums.model[t] += distance(pixel, track[t + 1]);
    sums.nothingMoves[t] += distance(track[0], track[t + 1]);
  });
}

function pointError({ model, nothingMoves }: PixelError): PointError {
  return { model, nothingMoves };
}

function meanError({ windows, model, nothingMoves }: ErrorSums): PixelError {
  const mean = (sum: number): number => sum / Math.max(1, windows);
  return { windows, model: model.map(mean), nothingMoves: nothingMoves.map(mean) };
}

/**
 * Rolls the predictor along the recorded actions; outputs psnr and ssim (scalars), expected [B, T, 2], and the first
 * windows painted, [PAINTED, T, h, w, 3].
 */
function predictWindows(predictor: Predictor, inputs: Tensors): Tensors {
  const weights = weightsOf(inputs);
  const behind = warmUp(predictor, weights, inputs);
  const start = predictor.encode(weights, contextAt(inputs, WARM_UP_STEPS, behind));
  let pixels = predictor.designate(inputs.designated);
  const expected: Tensor[] = [];
  const psnr: Tensor[] = [];
  const ssim: Tensor[] = [];
  const paintings: Tensor[] = [];
  const few = Math.min(PAINTED, inputs.actions.shape[0]);
  for (const [ahead, latent] of predictor.roll(weights, start, afterWarmUp(inputs.actions)).entries()) {
    const t = WARM_UP_STEPS + ahead;
    pixels = predictor.carry(pixels, latent);
    expected.push(expectedPixels(pixels.now, predictor.frame).squeeze([1]));
    const seen = momentOf(inputs.frames, t + 1);
    const painted = predictor.paint(latent);
    paintings.push(tf.slice(painted, 0, few));
    const compared = tf.add(painted, tf.mul(tf.sub(seen, painted), momentOf(inputs.armMask, t + 1)));
    psnr.push(peakSignalToNoise(compared, seen));
    ssim.push(structuralSimilarity(compared, seen));
  }
  return {
    expected: tf.stack(expected, 1),
    painted: tf.stack(paintings, 1),
    psnr: tf.div(tf.addN(psnr), psnr.length),
    ssim: tf.div(tf.addN(ssim), ssim.length),
  };
}

/** PSNR of frames in 0..1, dB, mean over the batch: 10 log10(1 / MSE). */
export function peakSignalToNoise(a: Tensor, b: Tensor): Tensor {
  const mse = tf.mean(tf.squaredDifference(a, b), [1, 2, 3]);
  return tf.mean(tf.mul(tf.log(tf.add(mse, 1e-10)), -10 / Math.LN10));
}

/** SSIM (Wang et al. 2004) with a uniform 7x7 window, constants 0.01 and 0.03, mean over the batch. */
export function structuralSimilarity(a: Tensor, b: Tensor): Tensor {
  const blur = (x: Tensor): Tensor => tf.avgPool(x as Tensor4D, 7, 1, 'valid');
  const meanA = blur(a);
  const meanB = blur(b);
  const varianceA = tf.sub(blur(tf.square(a)), tf.square(meanA));
  const varianceB = tf.sub(blur(tf.square(b)), tf.square(meanB));
  const covariance = tf.sub(blur(tf.mul(a, b)), tf.mul(meanA, meanB));
  const c1 = 0.01 ** 2;
  const c2 = 0.03 ** 2;
  const luminance = tf.div(
    tf.add(tf.mul(tf.mul(meanA, meanB), 2), c1),
    tf.add(tf.add(tf.square(meanA), tf.square(meanB)), c1),
  );
  const structure = tf.div(tf.add(tf.mul(covariance, 2), c2), tf.add(tf.add(varianceA, varianceB), c2));
  return tf.mean(tf.mul(luminance, structure));
}
