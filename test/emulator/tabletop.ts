/**
 * The simulated tabletop with its arm turned by emulated servos: a real arm's driver pushes simulated objects, and time is
 * the wall clock's. The world's own camera sees what it does.
 */
import type { World } from '../../src/sim/world.ts';
import { DEFAULT_CALIBRATION, radToTicks, SERVO_NAMES } from '../../src/robot/feetech/calibration.ts';
import { ServoBusEmulator, type ServoBusOptions } from './servo-bus.ts';
import { FreeShafts, type Drive, type Shafts } from './shafts.ts';

const TICKS_PER_RAD = 4096 / (2 * Math.PI);
/** The gripper's servo turns nothing of the simulated arm. */
const GRIPPER_TICKS = 2048;

/** The joints of a world's arm as the first shafts, mounted as by default; the gripper's turns freely. */
class WorldShafts implements Shafts {
  world: World;
  readonly #gripper = new FreeShafts([GRIPPER_TICKS]);
  #leftS = 0;

  constructor(world: World) {
    this.world = world;
  }

  turn(drives: readonly Drive[], seconds: number): number[] {
    const { world } = this;
    const joints = world.jointsRad();
    // A limp joint stays where it is: the simulated arm does not weigh anything.
    const targets = joints.map((rad, k) => {
      const { setPoint } = drives[k];
      return setPoint === null ? rad : (setPoint - 2048) / TICKS_PER_RAD;
    });
    // Whole physics steps; the rest of the time is for the next turn.
    this.#leftS += seconds;
    const steps = Math.floor(this.#leftS / world.timestepS() + 1e-6);
    this.#leftS -= steps * world.timestepS();
    if (steps > 0) world.advance(() => targets, steps * world.timestepS());
    const gripper = this.#gripper.turn(drives.slice(joints.length), seconds);
    return [...world.jointsRad().map((rad) => 2048 + rad * TICKS_PER_RAD), ...gripper];
  }
}

export interface Tabletop {
  readonly emulator: ServoBusEmulator;
  /** The world as it is now. */
  world(): World;
  /**
   * Another world in the place of this one, which is disposed of: its arm stands where this one's does, so lift the arm
   * first.
   */
  newScene(world: World): void;
  dispose(): void;
}

/** A world with servos on its arm's joints, where the arm stands. */
export function makeTabletop(first: World, options: ServoBusOptions = {}): Tabletop {
  const shafts = new WorldShafts(first);
  const positions = SERVO_NAMES.map((name, k) =>
    radToTicks(DEFAULT_CALIBRATION[name], first.jointsRad()[k] ?? 0),
  );
  const emulator = new ServoBusEmulator({ ...options, shafts, positions });
  return {
    emulator,
    world() {
      emulator.catchUp();
      return shafts.world;
    },
    newScene(world) {
      emulator.catchUp();
      world.placeArm(shafts.world.jointsRad());
      shafts.world.dispose();
      shafts.world = world;
    },
    dispose() {
      emulator.dispose();
      shafts.world.dispose();
    },
  };
}
