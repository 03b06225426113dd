/**
 * Where the joints' zeros and ends are: found by hand, with the servos limp. A servo's homing offset makes it read 2048 in
 * the middle of its joint's way, far from where readings wrap around. Source: LeRobot's calibration of the SO-101.
 */
import type { ServoBus } from '../robot/feetech/bus.ts';
import {
  SERVO_NAMES,
  TICKS_PER_TURN,
  ZERO_TICKS,
  type Calibration,
  type ServoCalibration,
} from '../robot/feetech/calibration.ts';
import { ForesightError } from '../spec/errors.ts';
import type { Person } from './person.ts';

/** A joint that was turned less than this has been forgotten: 20 degrees. */
const LEAST_RANGE_TICKS = 228;
/** What the register of homing offsets can hold. */
const LARGEST_OFFSET = 2047;
const POLL_MS = 20;

const idsOf = (calibration: Calibration): number[] => SERVO_NAMES.map((name) => calibration[name].id);

/** Lets go of every joint. */
export async function goLimp(bus: ServoBus, calibration: Calibration): Promise<void> {
  for (const id of idsOf(calibration)) await bus.write(id, 'torqueEnable', 0);
}

/**
 * The calibration with the zeros where a person has put the joints: the ends stay where they are. Nothing is written to
 * the servos: see `writeHoming`.
 */
export async function measureZeros(
  bus: ServoBus,
  calibration: Calibration,
  person: Person,
): Promise<Calibration> {
  await person.ask('Turn every joint to the middle of its way, the gripper half open.');
  const found = await bus.syncRead(idsOf(calibration), ['homingOffset', 'presentPosition']);
  return mapServos(calibration, (servo, k) => {
    const { homingOffset, presentPosition } = found[k];
    const encoder = wrapped(presentPosition + homingOffset);
    const offset = Math.max(-LARGEST_OFFSET, Math.min(LARGEST_OFFSET, encoder - ZERO_TICKS));
    const shift = servo.homingOffset - offset;
    const [low, high] = servo.rangeTicks.map((ticks) =>
      Math.max(0, Math.min(TICKS_PER_TURN - 1, ticks + shift)),
    );
    return { ...servo, homingOffset: offset, rangeTicks: [low, high] };
  });
}

/** Where the ends of the joints' ways are. The servos must have their homing offsets. */
export async function measureRanges(
  bus: ServoBus,
  calibration: Calibration,
  person: Person,
): Promise<Calibration> {
  const ids = idsOf(calibration);
  const first = await bus.syncRead(ids, ['presentPosition']);
  const lowest = first.map(({ presentPosition }) => presentPosition);
  const highest = [...lowest];
  let request = 'Turn every joint, the gripper too, slowly to both of its ends.';
  for (;;) {
    const answered = person.ask(request).then(() => true);
    // Whoever leaves while the servos are read is heard afterwards.
    answered.catch(() => {});
    let isDone = false;
    while (!isDone) {
      const now = await bus.syncRead(ids, ['presentPosition']);
      now.forEach(({ presentPosition }, k) => {
        lowest[k] = Math.min(lowest[k], presentPosition);
        highest[k] = Math.max(highest[k], presentPosition);
      });
      isDone = await Promise.race([answered, pause(POLL_MS)]);
    }
    const unmoved = SERVO_NAMES.filter((_, k) => highest[k] - lowest[k] < LEAST_RANGE_TICKS);
    if (unmoved.length === 0) break;
    request = `Not turned yet: ${unmoved.join(', ')}; turn each to both of its ends.`;
  }
  return mapServos(calibration, (servo, k) => ({
    ...servo,
    rangeTicks: [Math.max(0, lowest[k]), Math.min(TICKS_PER_TURN - 1, highest[k])],
  }));
}

/** What is kept in a servo's EEPROM of how its joint turns. */
const KEPT = ['mode', 'minPosition', 'maxPosition', 'homingOffset'] as const;
type Kept = Readonly<Record<(typeof KEPT)[number], number>>;

/**
 * Writes homing offsets into the servos' EEPROM and reads them back; with position mode, and without limits that another
 * program may have left for other offsets. When a servo cannot be written, those before it get back what they had.
 *
 * @returns a function that gives all of them back what they had
 * @throws ForesightError when one does not keep what it is told
 */
export async function writeHoming(bus: ServoBus, calibration: Calibration): Promise<() => Promise<void>> {
  const ids = idsOf(calibration);
  const before = await bus.syncRead(ids, KEPT);
  const restore = async (): Promise<void> => {
    for (const [k, id] of ids.entries()) await writeKept(bus, id, before[k]);
  };
  const wanted = SERVO_NAMES.map((name): Kept => ({
    mode: 0,
    minPosition: 0,
    maxPosition: TICKS_PER_TURN - 1,
    homingOffset: calibration[name].homingOffset,
  }));
  try {
    for (const [k, id] of ids.entries()) await writeKept(bus, id, wanted[k]);
    const now = await bus.syncRead(ids, KEPT);
    const wrong = now.findIndex((kept, k) => KEPT.some((name) => kept[name] !== wanted[k][name]));
    if (wrong >= 0) {
      throw new ForesightError(`servo ${ids[wrong]} does not keep its homing offset`, {
        next: 'switch the power off and on, then run the command again',
      });
    }
    return restore;
  } catch (error) {
    await restore().catch(() => {});
    throw error;
  }
}

async function writeKept(bus: ServoBus, id: number, kept: Kept): Promise<void> {
  await bus.write(id, 'lock', 0);
  for (const name of KEPT) await bus.write(id, name, kept[name]);
  await bus.write(id, 'lock', 1);
}

function mapServos(
  calibration: Calibration,
  change: (servo: ServoCalibration, k: number) => ServoCalibration,
): Calibration {
  return Object.fromEntries(
    SERVO_NAMES.map((name, k) => [name, change(calibration[name], k)]),
  ) as unknown as Calibration;
}

/** 0..4095. */
function wrapped(ticks: number): number {
  return ((ticks % TICKS_PER_TURN) + TICKS_PER_TURN) % TICKS_PER_TURN;
}

function pause(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms));
}
