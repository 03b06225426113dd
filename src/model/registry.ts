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
export const DEFAULT_NETWORK = 'rigid';

const [first, ...others] = Object.values(networks).map(({ schema }) => schema);
/** What a checkpoint says of its network; unknown keys are errors. */
export const networkSchema = z.discriminatedUnion('network', [first, ...others]);
export type NetworkConfig = z.infer<typeof networkSchema>;

/**
 * The resolved config of a network: what is not set takes the network's own default, its size of frames too.
 *
 * @throws ForesightError when there is no such network, or naming the first setting that is wrong
 */
export function defaultNetwork(
  network: string,
  settings: Readonly<Record<string, number | FrameSize>> = {},
): NetworkConfig {
  if (!Object.hasOwn(networks, network)) {
    throw new ForesightError(`unknown network "${network}"; there are: ${NETWORKS.join(', ')}`);
  }
  const { schema } = networks[network as NetworkConfig['network']];
  const result = schema.safeParse({ network, ...settings });
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  const known = Object.keys(networkSettings(defaultNetwork(network))).join(', ');
  throw new ForesightError(`network "${network}": ${[...path, message].join(': ')}`, {
    next: `its settings are: ${known}`,
  });
}

/** A network's settings that are numbers, by name: all of them, or those that differ from its defaults. */
export function networkSettings(
  config: NetworkConfig,
  which: 'all' | 'changed' = 'all',
): Record<string, number> {
  const usual: Readonly<Record<string, unknown>> = which === 'all' ? {} : defaultNetwork(config.network);
  const entries = Object.entries(config).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] !== usual[entry[0]],
  );
  return Object.fromEntries(entries);
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
