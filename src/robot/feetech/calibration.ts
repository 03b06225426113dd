/**
 * How the SO-101's servos are mounted: which is which, where a joint's zero is and which way it turns. A servo with its
 * homing offset reads 2048 at its joint's zero; 4096 ticks are a turn.
 */
import { z } from 'zod';

/** The servos, from the base on: the joints of the chain, and the gripper. */
export const SERVO_NAMES = [
  'shoulder_pan',
  'shoulder_lift',
  'elbow_flex',
  'wrist_flex',
  'wrist_roll',
  'gripper',
] as const;

export const TICKS_PER_TURN = 4096;
/** What a servo reads at its joint's zero: far from where readings wrap around. */
export const ZERO_TICKS = 2048;
const RAD_PER_TICK = (2 * Math.PI) / TICKS_PER_TURN;

const ticks = z
  .number()
  .int()
  .min(0)
  .max(TICKS_PER_TURN - 1);

const servoCalibration = z
  .strictObject({
    /** On the bus. */
    id: z.number().int().min(0).max(253),
    /** What the servo's own register holds, ticks: it takes it off its encoder's reading. */
    homingOffset: z.number().int().min(-2047).max(2047),
    /** 1 when the joint's angle grows with the servo's reading, -1 when it falls. */
    direction: z.union([z.literal(1), z.literal(-1)]),
    /** How far the joint can be turned by hand, ticks with the homing offset taken off: lowest, highest. */
    rangeTicks: z.tuple([ticks, ticks]).readonly(),
  })
  .readonly()
  .refine(({ rangeTicks: [low, high] }) => low < high, {
    path: ['rangeTicks'],
    message: 'the lowest must be under the highest',
  });

export const calibrationSchema = z
  .strictObject({
    shoulder_pan: servoCalibration,
    shoulder_lift: servoCalibration,
    elbow_flex: servoCalibration,
    wrist_flex: servoCalibration,
    wrist_roll: servoCalibration,
    gripper: servoCalibration,
  })
  .readonly()
  .refine(
    (calibration) => new Set(SERVO_NAMES.map((name) => calibration[name].id)).size === SERVO_NAMES.length,
    {
      message: 'two servos have the same id',
    },
  );

export type ServoCalibration = z.infer<typeof servoCalibration>;
export type Calibration = z.infer<typeof calibrationSchema>;

/** An arm whose servos were mounted exactly in the middle: as the SO-101's joint limits have it. */
export const DEFAULT_CALIBRATION: Calibration = {
  shoulder_pan: { id: 1, homingOffset: 0, direction: 1, rangeTicks: [796, 3300] },
  shoulder_lift: { id: 2, homingOffset: 0, direction: 1, rangeTicks: [910, 3186] },
  elbow_flex: { id: 3, homingOffset: 0, direction: 1, rangeTicks: [946, 3150] },
  wrist_flex: { id: 4, homingOffset: 0, direction: 1, rangeTicks: [967, 3129] },
  wrist_roll: { id: 5, homingOffset: 0, direction: 1, rangeTicks: [259, 3900] },
  gripper: { id: 6, homingOffset: 0, direction: 1, rangeTicks: [1934, 3186] },
};

/** A joint's angle from its servo's reading, which may have wrapped around: within half a turn of zero. */
export function ticksToRad({ direction }: ServoCalibration, reading: number): number {
  const away = reading - ZERO_TICKS;
  return direction * (away - TICKS_PER_TURN * Math.round(away / TICKS_PER_TURN)) * RAD_PER_TICK;
}

/** A servo's goal from its joint's angle, kept within the range that was measured. */
export function radToTicks({ direction, rangeTicks: [low, high] }: ServoCalibration, rad: number): number {
  const goal = Math.round(ZERO_TICKS + (direction * rad) / RAD_PER_TICK);
  return Math.max(low, Math.min(high, goal));
}

/** A speed, or any difference of readings, in radians. */
export function tickSpeedToRad({ direction }: ServoCalibration, ticksPerS: number): number {
  return direction * ticksPerS * RAD_PER_TICK;
}

/** The measured range as the joint's limits, radians: lowest, highest. */
export function rangeRad({ direction, rangeTicks }: ServoCalibration): [number, number] {
  const [a, b] = rangeTicks.map((reading) => direction * (reading - ZERO_TICKS) * RAD_PER_TICK);
  return [Math.min(a, b), Math.max(a, b)];
}
