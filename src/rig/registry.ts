/** Rigs by name: the simulator, or a real table described by a file. A new kind of rig is one line here. */
import { ForesightError } from '../spec/errors.ts';
import type { Rig } from '../spec/rig.ts';
import type { LiveRig } from './live-rig.ts';
import { findRigFile, readRig } from './rig-file.ts';
import { openSimRig, SIM_RIG, simRig, type SimRigOptions } from './sim-rig.ts';
import { openTableRig, type TableRigOptions } from './table-rig.ts';

/** Options of every kind of rig; each takes the ones it knows. */
export type RigOptions = SimRigOptions & TableRigOptions;

/** Rigs that need no file: the simulator brings its world, camera and clock along. */
const simulated = { [SIM_RIG]: { describe: simRig, open: openSimRig } } as const;

/** The names `openRig` knows. */
export function rigNames(): string[] {
  return Object.keys(simulated);
}

/** The description of a rig by its name, or by its file's. Throws a ForesightError when there is none. */
export async function describeRig(name: string): Promise<Rig> {
  if (isSimulated(name)) return simulated[name].describe();
  const file = findRigFile(name);
  if (file === null) {
    throw new ForesightError(`unknown rig '${name}'; known: ${rigNames().join(', ')}, or a rig file`, {
      next: `use ${SIM_RIG}, or name a rig's file as in --rig desk.json (docs/real-arm.md has one)`,
    });
  }
  return readRig(file);
}

/** Switches a rig on, by name, by its file's name, or by its description as an episode or a checkpoint carries it. */
export async function openRig(rig: string | Rig, options: RigOptions = {}): Promise<LiveRig> {
  const described = typeof rig === 'string' ? await describeRig(rig) : rig;
  if (isSimulated(described.name)) return simulated[described.name].open(options);
  const plateFile = typeof rig === 'string' ? plateFileOf(rig) : null;
  return openTableRig(described, { ...(plateFile === null ? {} : { plateFile }), ...options });
}

/** Where the picture of a rig's empty table is remembered: beside its file. Null for a rig that has none. */
export function plateFileOf(name: string): string | null {
  return findRigFile(name)?.replace(/\.json$/, '.plate.png') ?? null;
}

function isSimulated(name: string): name is keyof typeof simulated {
  return Object.hasOwn(simulated, name);
}
