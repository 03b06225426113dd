/** Rigs as files: a JSON of what `spec/rig.ts` describes, with an arm that is known by its name in short. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { checkDriver } from '../robot/registry.ts';
import { so101 } from '../sim/so101.ts';
import { ensure, ForesightError, messageOf } from '../spec/errors.ts';
import type { ArmChain } from '../spec/kinematics.ts';
import { parseRig, type Rig } from '../spec/rig.ts';

/** Where a rig that is named without its path is looked for. */
const FOLDER = 'rigs';

/** Arms whose links are known: where such an arm stands is all that a file needs to say. */
const ARMS: Readonly<Record<string, (base: ArmChain['base'], baseYawRad: number) => ArmChain>> = { so101 };

const knownArmSchema = z.strictObject({
  model: z.string(),
  /** Position of the base in the table's frame, metres. */
  base: z.tuple([z.number(), z.number(), z.number()]).readonly(),
  /** Rotation of the base about z, radians: 0 faces along x, away from the table's left edge. */
  baseYawRad: z.number(),
});

/** The file of a rig named by its path, or by its name in the folder of rigs. Null where there is none. */
export function findRigFile(name: string): string | null {
  return (
    [name, join(FOLDER, `${name}.json`)].find((path) => path.endsWith('.json') && existsSync(path)) ?? null
  );
}

/** The rig in a file. Throws a ForesightError that names the file and the first field that is wrong. */
export async function readRig(path: string): Promise<Rig> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ForesightError(`${path}: cannot be read: ${(cause as Error).message}`, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ForesightError(`${path}: not JSON: ${(cause as Error).message}`, { cause });
  }
  return parseRigFile(value, path);
}

/** The rig that a file's content describes; `path` is the file that errors name. */
export function parseRigFile(value: unknown, path: string): Rig {
  const rig = parseRig(withWholeArm(value, path), path);
  ensure(
    rig.robot !== 'sim-arm' && rig.name !== 'sim',
    `${path}: the simulated arm comes with its world, and 'sim' is its name`,
    'use --rig sim, or name a real arm as "robot"',
  );
  checkArm(rig, path);
  return rig;
}

/** What the rig says of its arm's driver is for the driver to judge; the file is named here. */
function checkArm({ robot, driver }: Rig, path: string): void {
  try {
    checkDriver(robot, driver);
  } catch (cause) {
    const { message, next } = messageOf(cause);
    throw new ForesightError(`${path}: ${message}`, { ...(next === undefined ? {} : { next }), cause });
  }
}

/** `"arm": {"model": "so101", "base": ..., "baseYawRad": ...}` spelled out. */
function withWholeArm(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null || !('arm' in value)) return value;
  const { arm } = value;
  if (typeof arm !== 'object' || arm === null || !('model' in arm)) return value;
  const result = knownArmSchema.safeParse(arm);
  if (!result.success) {
    const [{ path: field, message }] = result.error.issues;
    throw new ForesightError(`${path}: ${['arm', ...field].join('.')}: ${message}`);
  }
  const { model, base, baseYawRad } = result.data;
  ensure(
    Object.hasOwn(ARMS, model),
    `${path}: arm.model: no arm '${model}'; known: ${Object.keys(ARMS).join(', ')}`,
    'use one of these, or describe its links',
  );
  return { ...value, arm: ARMS[model](base, baseYawRad) };
}
