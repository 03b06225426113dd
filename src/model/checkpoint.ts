/**
 * A checkpoint: a folder with `weights.safetensors` and `config.json`, which holds the network, the rig it was
 * trained on and how it was trained. Nothing else is needed to plan with it.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Values } from '../compute/compute.ts';
import { replaceFileWith } from '../files/atomic.ts';
import { ForesightError } from '../spec/errors.ts';
import { parseRig, type Rig } from '../spec/rig.ts';
import type { Predictor } from './predictor.ts';
import { createPredictor, networkSchema, type NetworkConfig } from './registry.ts';
import { readTensors, writeTensors } from './safetensors.ts';

export interface Checkpoint {
  readonly network: NetworkConfig;
  readonly rig: Rig;
  /** How it was trained: the resolved training config and where it got to. */
  readonly training: Readonly<Record<string, unknown>>;
  readonly weights: Values;
}

/** A checkpoint with its network built. */
export interface LoadedModel extends Checkpoint {
  readonly predictor: Predictor;
}

const configSchema = z.strictObject({
  format: z.literal(1),
  network: networkSchema,
  rig: z.unknown(),
  training: z.record(z.string(), z.unknown()),
});

const weightsPath = (dir: string): string => join(dir, 'weights.safetensors');
const configPath = (dir: string): string => join(dir, 'config.json');

/** Writes weights, then config; each file whole. */
export async function saveCheckpoint(dir: string, checkpoint: Checkpoint): Promise<void> {
  const { network, rig, training, weights } = checkpoint;
  await writeTensors(weightsPath(dir), weights);
  await replaceFileWith(
    configPath(dir),
    `${JSON.stringify({ format: 1, network, rig, training }, null, 2)}\n`,
  );
}

/** Reads a checkpoint and checks every weight's shape against its network. */
export async function loadCheckpoint(dir: string): Promise<LoadedModel> {
  const path = configPath(dir);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw noCheckpoint(dir, cause);
  });
  let config: z.infer<typeof configSchema>;
  try {
    config = configSchema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new ForesightError(`${path}: not a checkpoint's config: ${reason}`, { cause });
  }
  const rig = parseRig(config.rig, path);
  const predictor = createPredictor(config.network, rig);
  const weights = await readTensors(weightsPath(dir));
  checkWeights(predictor, weights, weightsPath(dir));
  return { network: config.network, rig, training: config.training, weights, predictor };
}

/** Tells the weights of one checkpoint from another's: the start of their file's SHA-256. Throws like `loadCheckpoint`. */
export async function checkpointDigest(dir: string): Promise<string> {
  const bytes = await readFile(weightsPath(dir)).catch((cause: unknown) => {
    throw noCheckpoint(dir, cause);
  });
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12);
}

function noCheckpoint(dir: string, cause: unknown): ForesightError {
  return new ForesightError(`${configPath(dir)}: no checkpoint there`, {
    next: `npx foresight train --data data/play --out ${dir}`,
    cause,
  });
}

function checkWeights(predictor: Predictor, weights: Values, path: string): void {
  for (const [name, { shape }] of Object.entries(predictor.weightSpecs())) {
    const found = weights[name];
    if (found?.shape.join() !== shape.join()) {
      const got = found === undefined ? 'nothing' : `[${found.shape.join(', ')}]`;
      throw new ForesightError(`${path}: weight "${name}": expected [${shape.join(', ')}], got ${got}`);
    }
  }
}
