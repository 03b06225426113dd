/** Arms by the name a rig gives them. A new arm is its file, one line here and one run of the contract suite. */
import { ForesightError } from '../spec/errors.ts';
import type { ArmSetup, OpenArm } from './arm-setup.ts';
import { openGcodeArm } from './gcode-arm.ts';
import type { Robot } from './robot.ts';
import { createSimArm } from './sim-arm.ts';
import { openSo101 } from './so101.ts';

/** Arms that live in a world which the rig has made. */
export const robots = {
  'sim-arm': createSimArm,
} as const;

/** Arms that stand on a table. */
const realArms: Readonly<Record<string, OpenArm>> = {
  so101: openSo101,
  'gcode-arm': openGcodeArm,
};

/** The names `openArm` knows. */
export function armNames(): string[] {
  return Object.keys(realArms);
}

/** Opens a real arm by the name its rig gives it. Throws a ForesightError when there is no such arm, or it is not there. */
export async function openArm(name: string, setup: ArmSetup): Promise<Robot> {
  const open = realArms[name];
  if (open === undefined) {
    throw new ForesightError(`unknown arm '${name}'; known: ${armNames().join(', ')}`, {
      next: "give the rig's robot one of these names",
    });
  }
  return open(setup);
}
