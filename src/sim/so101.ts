/**
 * The SO-101 arm (TheRobotStudio SO-ARM100, new calibration: zero at mid-range) as a chain of hinges. The
 * base frame has x forward, y left, z up. The lateral offsets of the servos are left out: they do not move
 * the tip, and without them the arm stays in the plane of its pan angle.
 */
import type { Vector3 } from '../spec/action.ts';
import type { ArmChain } from '../spec/kinematics.ts';

/** Radius of the finger and of the sphere at the tip, metres. */
export const FINGER_RADIUS_M = 0.01;

/**
 * The arm standing at `base` (metres in the table's frame), facing `baseYawRad`. Zero pose: upper arm up,
 * forearm and gripper forward, tip at (0.391, 0, 0.227) of the base frame.
 */
export function so101(base: Vector3, baseYawRad: number): ArmChain {
  return {
    base,
    baseYawRad,
    baseCapsules: [{ from: [0.03, 0, -0.01], to: [0.0388, 0, 0.03], radius: 0.034 }],
    links: [
      {
        name: 'shoulder_pan',
        origin: [0.0388, 0, 0.0624],
        axis: [0, 0, 1],
        limitsRad: [-1.92, 1.92],
        capsules: [{ from: [0, 0, -0.01], to: [0.02, 0, 0.045], radius: 0.028 }],
      },
      {
        name: 'shoulder_lift',
        origin: [0.0304, 0, 0.0542],
        axis: [0, 1, 0],
        limitsRad: [-1.745, 1.745],
        capsules: [
          { from: [0, -0.016, 0], to: [0, 0.016, 0], radius: 0.023 },
          { from: [0, 0, 0], to: [0.028, 0, 0.1126], radius: 0.019 },
        ],
      },
      {
        name: 'elbow_flex',
        origin: [0.028, 0, 0.1126],
        axis: [0, 1, 0],
        limitsRad: [-1.69, 1.69],
        capsules: [
          { from: [0, -0.014, 0], to: [0, 0.014, 0], radius: 0.021 },
          { from: [0, 0, 0], to: [0.1348, 0, -0.0022], radius: 0.017 },
        ],
      },
      {
        name: 'wrist_flex',
        origin: [0.1348, 0, -0.0022],
        axis: [0, 1, 0],
        limitsRad: [-1.658, 1.658],
        capsules: [
          { from: [0, -0.012, 0], to: [0, 0.012, 0], radius: 0.019 },
          { from: [0, 0, 0], to: [0.055, 0, 0], radius: 0.0165 },
        ],
      },
      {
        name: 'wrist_roll',
        origin: [0.0611, 0, 0],
        axis: [1, 0, 0],
        limitsRad: [-2.744, 2.841],
        capsules: [
          { from: [0.005, 0, 0], to: [0.03, 0, 0], radius: 0.0145 },
          { from: [0.02, 0, 0], to: [0.0979, 0, 0], radius: FINGER_RADIUS_M },
        ],
      },
    ],
    tip: [0.0979, 0, 0],
  };
}
