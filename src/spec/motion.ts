import type { Vector3 } from './action.ts';
import { inverseKinematics } from './inverse-kinematics.ts';
import type { ArmChain } from './kinematics.ts';

/** The arm is on its way for this part of a control step; the rest is for coming to rest before the picture. */
const MOVING_FRACTION = 0.8;

/** One control step's motion of the tip, metres, by the fraction of the step. */
export function straightLine(from: Vector3, to: Vector3): (fraction: number) => Vector3 {
  return (fraction) => {
    const along = Math.min(1, fraction / MOVING_FRACTION);
    return from.map((v, d) => v + along * (to[d] - v)) as unknown as Vector3;
  };
}

/** The same motion as joint targets, radians. */
export function straightMotion(arm: ArmChain, from: Vector3, to: Vector3): (fraction: number) => number[] {
  const line = straightLine(from, to);
  return (fraction) => inverseKinematics(arm, line(fraction));
}
