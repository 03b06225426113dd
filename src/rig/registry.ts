/** Rigs by name: the simulator, or a real table described by a file. A new kind of rig is one line here. */
import { ForesightError } from '../spec/errors.ts';
import type { Rig } from '../spec/rig.ts';
import type { LiveRig } from './live-rig.ts';
import { openSimRig, SIM_RIG, type SimRigOptions } from './sim-rig.ts';

/** Options of every kind of rig; each takes the ones it knows. */
export type RigOptions = SimRigOptions;

type OpenRig = (options: RigOptions) => Promise<LiveRig>;

/** How to open a rig, by the name of its arm: the simulated arm brings its world, camera and clock along. */
const rigs: Readonly<Record<string, OpenRig>> = {
  [SIM_RIG]: openSimRig,
};

/** The names `openRig` knows. */
export function rigNames(): string[] {
  return Object.keys(rigs);
}

/**
 * Switches a rig on, by name or by its description (as an episode or a checkpoint carries it). Throws a
 * ForesightError when there is no such rig here.
 */
export async function openRig(rig: string | Rig, options: RigOptions = {}): Promise<LiveRig> {
  const name = typeof rig === 'string' ? rig : rig.name;
  const open = rigs[name];
  if (open === undefined) {
    throw new ForesightError(`unknown rig '${name}'; known: ${rigNames().join(', ')}`, {
      next: `use one of these names, for example ${SIM_RIG}`,
    });
  }
  return open(options);
}
