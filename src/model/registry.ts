/** Networks by name. A new one: its file, a line here, a call of `test/contract/predictor.ts`. */
import { z } from 'zod';
import type { FrameSize } from '../spec/frame.ts';
import { ForesightError } from '../spec/errors.ts';
import type { Rig } from '../spec/rig.ts';
import { cdnaPredictor, cdnaSchema } from './cdna.ts';
import { dnaPredictor, dnaSchema } from './dna.ts';
import type { Predictor } from './predictor.ts';
import { rigidPredictor } from './rigid.ts';
import { rigidSchema } from './rigid-layers.ts';
import { snaPredictor, snaSchema } from './sna.ts';
import { stpPredictor, stpSchema } from './stp.ts';

const networks = {
  rigid: entry(rigidSchema, rigidPredictor),
  cdna: entry(cdnaSchema, cdnaPredictor),
  dna: entry(dnaSchema, dnaPredictor),
  stp: entry(stpSchema, stpPredictor),
  sna: entry(snaSchema, snaPredictor),
};

export const NETWORKS: readonly string[] = Object.keys(networks);

const [first, ...others] = Object.values(networks).map(({ schema }) => schema);
/** What a checkpoint says of its network; unknown keys are errors. */
export const networkSchema = z.discriminatedUnion('network', [first, ...others]);
export type NetworkConfig = z.infer<typeof networkSchema>;

/** The resolved config of a network with its defaults filled in; its own size of frames where none is given. */
export function defaultNetwork(network: string, frame?: FrameSize): NetworkConfig {
  if (Object.hasOwn(networks, network)) {
    return networks[network as NetworkConfig['network']].schema.parse({ network, frame });
  }
  throw new ForesightError(`unknown network "${network}"; there are: ${NETWORKS.join(', ')}`);
}

/** The predictor that a config describes, for this rig's action, workspace and camera. */
export function createPredictor(config: NetworkConfig, rig: Rig): Predictor {
  return networks[config.network].create(config, rig);
}

/** Joins a network's strict schema to what it configures. */
function entry<S extends z.ZodType>(
  schema: S,
  make: (config: z.infer<S>, rig: Rig) => Predictor,
): { schema: S; create: (config: unknown, rig: Rig) => Predictor } {
  return { schema, create: (config, rig) => make(schema.parse(config), rig) };
}
