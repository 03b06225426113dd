import { z } from 'zod';
import { ensure } from '../spec/errors.ts';
import type { ArmChain } from '../spec/kinematics.ts';
import {
  calibrationSchema,
  DEFAULT_CALIBRATION,
  rangeRad,
  SERVO_NAMES,
  type Calibration,
} from './feetech/calibration.ts';

/** What a rig says of its SO-101; every limit has a default that is safe on a table. */
export const so101SettingsSchema = z
  .strictObject({
    /**
     * Such as /dev/ttyACM0, or better a name that stays when the cable is pulled, of /dev/serial/by-id; without it, that
     * of the only USB adapter.
     */
    port: z.string().min(1).optional(),
    calibration: calibrationSchema.default(DEFAULT_CALIBRATION),
    /** Share of the servos' full torque, 0..1: enough to push, not enough to break anything. */
    torqueLimit: z.number().positive().max(1).default(0.6),
    /** The gripper stays as it is, and needs less. */
    gripperTorqueLimit: z.number().positive().max(1).default(0.5),
    /** No joint moves faster, rad/s. */
    maxRadPerS: z.number().positive().default(2),
    /** Time from goal to goal, ms. */
    tickMs: z.number().positive().default(20),
    /** The arm stands still when no goal came for so long, ms. */
    watchdogMs: z.number().positive().default(300),
    /** How long a servo may take to answer, ms; it is asked 4 times. */
    replyTimeoutMs: z.number().positive().default(60),
    /** A tip at rest farther than this from its target is held back, m: gravity alone makes servos sag by several mm. */
    blockedM: z.number().positive().default(0.02),
    /** The arm pauses when a servo is as hot as this, until all have cooled down to the other, degrees C. */
    hotC: z.number().default(58),
    cooledC: z.number().default(50),
    /** Torque fades away within this time when the arm is closed, ms. */
    softStopMs: z.number().nonnegative().default(600),
  })
  .readonly()
  .refine(({ hotC, cooledC }) => cooledC < hotC, { path: ['cooledC'], message: 'must be under hotC' });

export type So101Settings = z.output<typeof so101SettingsSchema>;

/**
 * The chain with its joint limits narrowed to what the calibration found the joints to be able to do. Throws a
 * ForesightError when the chain is that of another arm.
 */
export function narrowed(arm: ArmChain, calibration: Calibration): ArmChain {
  const names = arm.links.map(({ name }) => name).join(', ');
  const expected = SERVO_NAMES.slice(0, -1).join(', ');
  ensure(
    names === expected,
    `so101: expected an arm with the joints ${expected}, got ${names}`,
    "take the arm's chain from the simulated rig: it is an SO-101",
  );
  return {
    ...arm,
    links: arm.links.map((link, k) => {
      const [low, high] = rangeRad(calibration[SERVO_NAMES[k]]);
      return { ...link, limitsRad: [Math.max(low, link.limitsRad[0]), Math.min(high, link.limitsRad[1])] };
    }),
  };
}
