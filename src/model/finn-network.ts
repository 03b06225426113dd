/** The trunk of the networks of Finn, Goodfellow & Levine 2016: from what is seen and told to features and back up. */
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import { convLstm, layerNorm, type CellState } from './conv-lstm.ts';
import { CELLS, scaled, type TrunkConfig } from './finn-layers.ts';
import { convolve } from './layers.ts';
import { depthToSpace, expand } from './ops.ts';
import type { Weights } from './predictor.ts';

/** What the trunk makes of one step. */
export interface TrunkResult {
  /** What the fifth LSTM says, [B, h/8, w/8, C]. */
  readonly bottleneck: Tensor;
  /** [B, h, w, C'] */
  readonly features: Tensor;
  /** Of the seven LSTMs. */
  readonly cells: readonly CellState[];
}

/** Cells that have seen nothing yet. */
export function emptyCells(config: TrunkConfig, batch: number): CellState[] {
  const { height, width } = config.frame;
  return CELLS.map(({ part, channels }) => {
    const zeros = tf.zeros([batch, height / part, width / part, scaled(channels, config)]);
    return { hidden: zeros, memory: zeros };
  });
}

/**
 * One step. What comes before the action is told is computed once where one picture serves all candidates.
 *
 * @param seen the picture and the map of the gripper, [S, h, w, 4]; S is B, or 1 for one picture for all
 * @param told where the gripper is and the action, [B, 6]
 * @param cells as the last step left them
 */
export function runTrunk(
  weights: Weights,
  seen: Tensor,
  told: Tensor,
  cells: readonly CellState[],
): TrunkResult {
  const batch = told.shape[0];
  const next: CellState[] = [];
  const normalised = (x: Tensor, name: string): Tensor =>
    layerNorm(x, weights[`norm-${name}/gain`], weights[`norm-${name}/bias`]);
  /** The next LSTM's answer, normalised; its own state stays as it is. */
  const remember = (x: Tensor): Tensor => {
    const { hidden, memory } = cells[next.length];
    const own = { hidden: expand(hidden, x.shape[0]), memory: expand(memory, x.shape[0]) };
    const name = `cell${next.length + 1}`;
    const state = convLstm(x, own, weights[`${name}/weights`], weights[`${name}/bias`]);
    next.push(state);
    return normalised(state.hidden, name);
  };
  const shrink = (x: Tensor, name: string): Tensor => tf.relu(convolve(weights, name, x, 2));
  const enlarge = (x: Tensor, name: string): Tensor => depthToSpace(convolve(weights, name, x));
  const beside = (x: Tensor, skipped: Tensor): Tensor => tf.concat([x, expand(skipped, batch)], 3);

  const look = tf.relu(normalised(convolve(weights, 'look', seen, 2), 'look'));
  const half = remember(remember(look));
  const small = shrink(half, 'down1');
  const quarter = remember(remember(small));
  const deep = shrink(quarter, 'down2');
  const [, rows, cols] = deep.shape as number[];
  const everywhere = tf.mul(told.reshape([batch, 1, 1, -1]), tf.ones([1, rows, cols, 1]));
  const informed = tf.relu(convolve(weights, 'told', beside(everywhere, deep)));
  const bottleneck = remember(informed);
  const up = remember(tf.relu(enlarge(bottleneck, 'up1')));
  const upper = remember(tf.relu(enlarge(beside(up, small), 'up2')));
  const features = tf.relu(normalised(enlarge(beside(upper, look), 'up3'), 'features'));
  return { bottleneck, features, cells: next };
}
