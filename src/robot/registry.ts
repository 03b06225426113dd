/** Arms by the name a rig gives them. A new arm is its file, one line here and one run of the contract suite. */
import { createSimArm } from './sim-arm.ts';

export const robots = {
  'sim-arm': createSimArm,
} as const;
