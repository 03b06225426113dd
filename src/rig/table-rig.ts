/** A rig on a real table: an arm, a camera and the wall clock behind the same contracts as the simulator. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cameras } from '../camera/registry.ts';
import { processMs } from '../camera/ffmpeg-process.ts';
import type { FfmpegCamera } from '../camera/ffmpeg-camera.ts';
import type { OpenArm } from '../robot/arm-setup.ts';
import { checkWorkspace, type Limits } from '../robot/limits.ts';
import { checkDriver, openArm } from '../robot/registry.ts';
import type { Robot } from '../robot/robot.ts';
import { armMask } from '../spec/arm-mask.ts';
import { ensure } from '../spec/errors.ts';
import type { Rig } from '../spec/rig.ts';
import { EmptyTable, parkingPlaces, type EmptyTableOptions, type LookFrom } from './empty-table.ts';
import type { LiveRig, StepClock } from './live-rig.ts';
import { travel } from './travel.ts';

const FRAME_TIMEOUT_MS = 5000;
/** What trembles after a motion has come to rest by then, ms. */
const SETTLING_MS = 300;

export interface TableRigOptions extends EmptyTableOptions {
  /** Opens the arm; the registry's one of the rig's name for it when not given. */
  readonly openArm?: OpenArm;
  /** Never moves the arm to take a picture, although it is armed: who moves it is for a person at the page to say. */
  readonly keepsStill?: boolean;
}

/** A real table that is switched on. */
export interface TableRig extends LiveRig {
  readonly camera: FfmpegCamera;
}

/** Opens camera and arm; nothing moves before `robot.arm()`. Throws a ForesightError that names what is not there. */
export async function openTableRig(rig: Rig, options: TableRigOptions = {}): Promise<TableRig> {
  const epochMs = processMs();
  const limits: Limits = { arm: rig.arm, actionSpec: rig.action, workspace: rig.workspace };
  checkWorkspace(limits);
  if (options.openArm === undefined) checkDriver(rig.robot, rig.driver);
  const camera = await openCamera(rig, epochMs);
  options.onNote?.(`camera ${rig.video?.input}: exposure ${camera.health().exposure}`);
  const periodS = 1 / rig.controlHz;
  let arm: Robot;
  try {
    const open = options.openArm ?? ((setup) => openArm(rig.robot, setup));
    arm = await open({
      limits,
      periodS,
      settings: rig.driver,
      ...(options.onNote === undefined ? {} : { onNotice: options.onNote }),
    });
  } catch (error) {
    await camera.close();
    throw error;
  }

  const nowMs = (): number => processMs() - epochMs;
  let isArmed = false;
  /** When the control step under way is over. */
  let endMs = 0;
  const robot: Robot = {
    name: arm.name,
    actionSpec: arm.actionSpec,
    async arm() {
      await arm.arm();
      isArmed = true;
    },
    state: () => arm.state(),
    target: () => arm.target(),
    async send(action) {
      const sent = await arm.send(action);
      // From here, and not by a metronome: what a frame shows is always the same part of a motion.
      endMs = nowMs() + 1000 * periodS;
      return sent;
    },
    hold: () => arm.hold(),
    async close() {
      isArmed = false;
      await arm.close();
    },
  };
  const clock: StepClock = {
    endOfStep: async () => {
      const leftMs = endMs - nowMs();
      if (leftMs > 0) await sleep(leftMs);
    },
    nowMs,
  };
  const mayMove = (): boolean => isArmed && options.keepsStill !== true;
  let hasParked = false;
  const lookFrom: LookFrom = async (place) => {
    if (place !== null && mayMove()) await travel({ rig, robot, clock }, place);
    await sleep(SETTLING_MS);
    const { jointsRad } = await robot.state();
    const { frame } = await camera.next(FRAME_TIMEOUT_MS);
    return { frame, arm: armMask(rig.arm, rig.projection, jointsRad, rig.frame) };
  };
  const emptyTable = new EmptyTable(rig, options, lookFrom);

  return {
    rig,
    robot,
    camera,
    clock,
    async reset() {
      // Out of the way once; later episodes go on from where the arm is, and what it hides there is known by then.
      const isFirst = !hasParked && mayMove();
      hasParked ||= isFirst;
      const now = await lookFrom(isFirst ? parkingPlaces(rig)[0] : null);
      return { plate: await emptyTable.plate(now) };
    },
    async close() {
      // The camera goes whatever becomes of the arm.
      await robot.close().finally(() => camera.close());
    },
  };
}

async function openCamera(rig: Rig, epochMs: number): Promise<FfmpegCamera> {
  ensure(
    rig.camera === 'ffmpeg-camera',
    `rig ${rig.name}: no camera '${rig.camera}' for a real table; known: ffmpeg-camera`,
    'write "camera": "ffmpeg-camera" in the rig\'s file',
  );
  ensure(
    rig.video !== undefined,
    `rig ${rig.name}: "video" is missing: what the camera films`,
    'npx foresight cameras, to see what is there and how to name it',
  );
  return cameras['ffmpeg-camera']({ video: rig.video, size: rig.frame, epochMs });
}
