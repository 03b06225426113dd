import type { Vector3 } from './action.ts';
import { inverseKinematics } from './inverse-kinematics.ts';
import type { ArmChain } from './kinematics.ts';

/** The arm is on its way for this part of a control step; the rest is for coming to rest before the picture. */
const MOVING_FRACTION = 0.8;

/** One control step's motion: joint targets along the straight line of the tip, by the fraction of the step. */
export function straightMotion(arm: ArmChain, from: Vector3, to: Vector3): (fraction: number) => number[] {
  return (fraction) => {
    const along = Math.min(1, fraction / MOVING_FRACTION);
    return inverseKinematics(arm, from.map((v, d) => v + along * (to[d] - v)) as unknown as Vector3);
  };
}
