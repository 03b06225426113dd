/** Networks by name. A new one: its file, a line here, a call of `test/contract/predictor.ts`. */
import { z } from 'zod';
import type { FrameSize } from '../spec/frame.ts';
import { ForesightError } from '../spec/errors.ts';
import type { Rig } from '../spec/rig.ts';
import type { Predictor } from './predictor.ts';
import { rigidPredictor } from './rigid.ts';
import { RIGID_DEFAULTS } from './rigid-layers.ts';

const size = z.strictObject({ height: z.number().int().positive(), width: z.number().int().positive() });
const positive = z.number().int().positive();

const rigidSchema = z.strictObject({
  network: z.literal('rigid'),
  frame: size,
  cells: positive.multipleOf(4).min(8).default(RIGID_DEFAULTS.cells),
  cellM: z.number().positive().default(RIGID_DEFAULTS.cellM),
  cut: positive.default(RIGID_DEFAULTS.cut),
  fine: positive.multipleOf(2).default(RIGID_DEFAULTS.fine),
  coarse: positive.default(RIGID_DEFAULTS.coarse),
  motions: positive.default(RIGID_DEFAULTS.motions),
  contactHeightM: z.number().positive().default(RIGID_DEFAULTS.contactHeightM),
});

/** What a checkpoint says of its network; unknown keys are errors. */
export const networkSchema = z.discriminatedUnion('network', [rigidSchema]);
export type NetworkConfig = z.infer<typeof networkSchema>;

export const NETWORKS: readonly string[] = ['rigid'];

/** The default size of the frames a network sees, for a camera of 4:3. */
export const MODEL_FRAME: FrameSize = { height: 60, width: 80 };

/** The resolved config of a network with its defaults filled in. */
export function defaultNetwork(network: string, frame: FrameSize = MODEL_FRAME): NetworkConfig {
  const result = networkSchema.safeParse({ network, frame });
  if (result.success) return result.data;
  throw new ForesightError(`unknown network "${network}"; there are: ${NETWORKS.join(', ')}`);
}

/** The predictor that a config describes, for this rig's action, workspace and camera. */
export function createPredictor(config: NetworkConfig, rig: Rig): Predictor {
  const { frame, ...network } = config;
  return rigidPredictor(rig, frame, network);
}
