/**
 * A whole table in a process of its own, where a busy command does not disturb it: servos on a pseudo-terminal turn the
 * simulated arm, and its camera is a stream. Also by hand: `npx tsx test/emulator/table-process.ts` prints a rig to put
 * into a file, and serves it until Ctrl-C.
 */
import { simRig } from '../../src/rig/sim-rig.ts';
import { createWorld } from '../../src/sim/world.ts';
import { inverseKinematics } from '../../src/spec/inverse-kinematics.ts';
import { project } from '../../src/spec/projection.ts';
import { serveCamera } from './stream-camera.ts';
import { makeTabletop } from './tabletop.ts';

/** Pictures a second. */
const HZ = 15;

const { frame, ...described } = simRig();
const world = await createWorld({ seed: Number(process.argv[2] ?? 4), objects: 1 });
world.placeArm(inverseKinematics(described.arm, [0.1, 0.05, 0.08]));
const table = makeTabletop(world);
const camera = await serveCamera({ draw: () => table.world().render(frame), hz: HZ });

/** What a rig's file says of this table. */
const rig = {
  ...described,
  frame,
  name: 'desk',
  robot: 'so101',
  // A test's machine is busy: what comes late is not a fault here.
  driver: { port: table.emulator.path, watchdogMs: 5000, replyTimeoutMs: 500, softStopMs: 100 },
  camera: 'ffmpeg-camera',
  video: { input: camera.url },
};

const orders = {
  look: () => ({
    tip: table.world().tip(),
    goals: table.emulator.servos.reduce((sum, { goalWrites }) => sum + goalWrites, 0),
    torque: table.emulator.servos.map(({ torqueOn }) => torqueOn),
  }),
  object: () => project(described.projection, table.world().objectPoint(0)),
  freezeCamera: () => camera.freeze(true),
  unplugCamera: () => camera.unplug(),
  pullCable: () => table.emulator.unplug(),
};

export type Order = keyof typeof orders;
export interface TableLook {
  /** Of the gripper, metres. */
  readonly tip: readonly [number, number, number];
  /** How many goals the servos were given so far. */
  readonly goals: number;
  /** Which servos hold. */
  readonly torque: readonly boolean[];
}

const say = (value: unknown): unknown =>
  process.send === undefined
    ? process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
    : process.send(value);
const end = async (): Promise<void> => {
  await camera.close();
  table.dispose();
  process.exit();
};
process.on('message', (order: Order) => {
  void Promise.resolve(orders[order]()).then((result) => say(result ?? null));
});
process.on('disconnect', () => void end());
process.on('SIGINT', () => void end());
say(rig);
