/**
 * The predictor contract: an action-conditioned video-prediction network as plain tfjs functions over a
 * record of weights. Letters: B batch (or N candidates), K context frames, h w rows and columns, P pixels.
 * Every network passes `test/contract/predictor.ts`.
 */
import type { Tensor } from '@tensorflow/tfjs';
import type { FrameSize } from '../spec/frame.ts';
import type { TensorSpec } from '../compute/compute.ts';
import type { Random } from '../spec/random.ts';

export type Weights = Readonly<Record<string, Tensor>>;
/** Whatever a network carries from step to step; every tensor's first dimension is the batch. */
export type Latent = Readonly<Record<string, Tensor>>;

/** What is known before predicting. All floats; frames in 0..1. */
export interface Context {
  /** The last context frame as the camera saw it, [B, h, w, 3]. */
  readonly frame: Tensor;
  /** How much of each pixel the arm covers in it, [B, h, w, 1]. */
  readonly armMask: Tensor;
  /** The background plate, [B, h, w, 3]. */
  readonly plate: Tensor;
  /** What is believed to be behind the arm, [B, h, w, 3]: the last prediction for this frame, at first the plate. */
  readonly behind: Tensor;
  /** The gripper's tip, metres, [B, 3]. */
  readonly tip: Tensor;
  /** The camera's 3x4 projection for frames of this size, row-major, [B, 12]: see spec/projection.ts. */
  readonly camera: Tensor;
  /** 1, or -1 where the network is to see this in a mirror (and to predict the same), [B, 1]: doubles what play teaches. */
  readonly mirror: Tensor;
}

/** The part of the frame that one step may have changed; the training loss looks there. */
export interface Change {
  /** The part as painted, [B, h', w', 3] in 0..1. */
  readonly painted: Tensor;
  /** Which rows of the flattened frames [B * h * w, ...] these are, int32 [B * h' * w']; null for all. */
  readonly index: Tensor | null;
  /**
   * From where each of its pixels, or of its blocks of pixels, came in that step, relative, [B, h'', w'', 2], in about
   * pixels along any two axes at right angles.
   */
  readonly flow: Tensor;
  /** Where they are, along the same axes, [B or 1, h'', w'', 2]. */
  readonly places: Tensor;
}

/**
 * Every pixel keeps this much of a distribution, so that a lost designated pixel is "anywhere", not 0/0. Loops of the
 * host load this file for it, which therefore takes nothing but types from tfjs.
 */
export const LEAST_SHARE = 1e-7;

/** Designated pixels as distributions over the frame. */
export interface PixelDistributions {
  /** In the last context frame, [B, h, w, P], each summing to 1. */
  readonly first: Tensor;
  /** At the latent's step, [B, h', w', P] at the predictor's `distribution` size, up to a factor: see `normalised`. */
  readonly now: Tensor;
}

export interface Predictor {
  readonly name: string;
  /** Size of the frames it takes and paints. */
  readonly frame: FrameSize;
  /** Size of its pixel distributions. */
  readonly distribution: FrameSize;
  /** Shapes of the weights, and their values before training. */
  weightSpecs(): Record<string, TensorSpec>;
  initialWeights(random: Random): Record<string, Float32Array>;
  /** The observation, encoded once (B = 1) and shared by all candidates. */
  encode(weights: Weights, context: Context): Latent;
  /**
   * The control steps of `actions` [B, T, 3] in -1..1, T latents. A latent of batch 1 serves B candidates. All steps at
   * once, because much of the work does not depend on what comes before.
   */
  roll(weights: Weights, latent: Latent, actions: Tensor): Latent[];
  /** Distributions about designated pixels [B, P, 2] of the last context frame. */
  designate(pixels: Tensor): PixelDistributions;
  /** Moves them with the motion predicted in the step to `latent`. */
  carry(distributions: PixelDistributions, latent: Latent): PixelDistributions;
  /** The predicted frame without arm and shadows, [B, h, w, 3] in 0..1. */
  paint(latent: Latent): Tensor;
  /** How much of an object is predicted to be seen at pixels [B, P, 2] of the frame, [B, P] in 0..1. */
  objectAt(latent: Latent, pixels: Tensor): Tensor;
  /** What the last step painted, where it may have changed the frame. */
  change(latent: Latent): Change;
  /** Multiply-accumulates of one predicted step, for one candidate. */
  macs(): number;
}

/** One control step: `action` [B, 3]. */
export function step(predictor: Predictor, weights: Weights, latent: Latent, action: Tensor): Latent {
  return predictor.roll(weights, latent, action.expandDims(1))[0];
}
