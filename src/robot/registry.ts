/** Arms by the name a rig gives them. A new arm is its file, one line here and one run of the contract suite. */
import { ForesightError } from '../spec/errors.ts';
import { parseSettings, type ArmSetup, type RealArm } from './arm-setup.ts';
import { gcodeArmSettingsSchema, openGcodeArm } from './gcode-arm.ts';
import type { Robot } from './robot.ts';
import { createSimArm } from './sim-arm.ts';
import { openSo101 } from './so101.ts';
import { so101SettingsSchema } from './so101-settings.ts';

/** Arms that live in a world which the rig has made. */
export const robots = {
  'sim-arm': createSimArm,
} as const;

/** Arms that stand on a table. */
const realArms: Readonly<Record<string, RealArm>> = {
  so101: { open: openSo101, settings: so101SettingsSchema },
  'gcode-arm': { open: openGcodeArm, settings: gcodeArmSettingsSchema },
};

/** The names `openArm` knows. */
export function armNames(): string[] {
  return Object.keys(realArms);
}

/** Throws a ForesightError when there is no such real arm, or when its driver does not know these settings. */
export function checkDriver(name: string, settings: unknown): void {
  parseSettings(findArm(name).settings, settings, name);
}

/** Opens a real arm by the name its rig gives it. Throws a ForesightError when there is no such arm, or it is not there. */
export async function openArm(name: string, setup: ArmSetup): Promise<Robot> {
  return findArm(name).open(setup);
}

function findArm(name: string): RealArm {
  if (Object.hasOwn(realArms, name)) return realArms[name];
  throw new ForesightError(`unknown arm '${name}'; known: ${armNames().join(', ')}`, {
    next: 'write one of these as "robot" in the rig\'s file, or use --rig sim',
  });
}
