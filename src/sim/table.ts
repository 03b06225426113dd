/**
 * The table and where the arm stands at it. Frame: x right, y away from the camera, z up, metres; the origin
 * is the centre of the table's surface.
 */
import type { ArmChain } from '../spec/kinematics.ts';
import { so101 } from './so101.ts';

/** The table's surface inside the rim, and the rim that keeps objects on it. */
export const TABLE = {
  halfWidth: 0.225,
  halfDepth: 0.175,
  thickness: 0.02,
  rimHeight: 0.015,
  rimWidth: 0.01,
} as const;

/** The table stands on a floor this far below its surface, metres. */
export const FLOOR_Z = -0.05;

/** Where the pan axis stands, behind the rim at the back of the table. */
const PAN_AXIS_Y = 0.22;

/** The arm of the simulated rig, facing the camera. */
export const TABLETOP_ARM: ArmChain = so101([0, PAN_AXIS_Y + 0.0388, 0], -Math.PI / 2);
