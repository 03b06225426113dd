/** A rig on a real table: an arm, a camera and the wall clock behind the same contracts as the simulator. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cameras } from '../camera/registry.ts';
import { processMs } from '../camera/ffmpeg-process.ts';
import type { FfmpegCamera } from '../camera/ffmpeg-camera.ts';
import { checkWorkspace, type Limits } from '../robot/limits.ts';
import { robots } from '../robot/registry.ts';
import type { Robot } from '../robot/robot.ts';
import type { Vector3 } from '../spec/action.ts';
import { armMask } from '../spec/arm-mask.ts';
import { ensure, ForesightError } from '../spec/errors.ts';
import type { Frame, Mask } from '../spec/frame.ts';
import type { Rig } from '../spec/rig.ts';
import { readPng, writePng } from '../video/png.ts';
import { Background, isPlateOf } from './background.ts';
import type { LiveRig, StepClock } from './live-rig.ts';
import { viewOfPlainTable } from './plain-table.ts';
import { travel } from './travel.ts';

const FRAME_TIMEOUT_MS = 5000;
/** What trembles after a motion has come to rest by then, ms. */
const SETTLING_MS = 300;
/** A background of so many photographs, taken while things were pushed about, is worth remembering. */
const ENOUGH_PHOTOGRAPHS = 9;

/** What a real arm is opened with. */
export interface ArmOptions {
  readonly limits: Limits;
  /** Where it is plugged in; it looks for itself when not given. */
  readonly port?: string;
  /** How long a motion takes, seconds: a control step. */
  readonly periodS: number;
}

export type OpenArm = (options: ArmOptions) => Promise<Robot>;

export interface TableRigOptions {
  /** Opens the arm; the registry's one of the rig's name for it when not given. */
  readonly openArm?: OpenArm;
  /** Asks the person at the table for something and waits until it is done. Nobody is there when not given. */
  readonly ask?: (request: string) => Promise<void>;
  /** Where the picture of the empty table is remembered from one run to the next. */
  readonly plateFile?: string;
  /** Never moves the arm to take a picture, although it is armed: who moves it is for a person at the page to say. */
  readonly keepsStill?: boolean;
  /** Hears what a person may want to know: what became of the exposure, which plate is used. */
  readonly onNote?: (note: string) => void;
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
  const openArm = options.openArm ?? findArm(rig.robot);
  const camera = await openCamera(rig, epochMs);
  options.onNote?.(`camera ${rig.video?.input}: exposure ${camera.health().exposure}`);
  const periodS = 1 / rig.controlHz;
  let arm: Robot;
  try {
    arm = await openArm({ limits, periodS, ...(rig.port === undefined ? {} : { port: rig.port }) });
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
  const table = { rig, robot, clock };
  const places = parkingPlaces(rig);
  // A person clears the table; otherwise what stands on it must be told from it.
  const background = new Background(
    rig.frame,
    options.ask === undefined ? (frame, mask) => viewOfPlainTable(frame, mask, rig) : undefined,
  );
  const mayMove = (): boolean => isArmed && options.keepsStill !== true;
  let hasParked = false;
  let plate: Frame | null = await rememberedPlate(options, rig);

  const photograph = async (): Promise<{ frame: Frame; arm: Mask }> => {
    const { jointsRad } = await robot.state();
    const { frame } = await camera.next(FRAME_TIMEOUT_MS);
    return { frame, arm: armMask(rig.arm, rig.projection, jointsRad, rig.frame) };
  };
  const lookFrom = async (place: Vector3 | null): Promise<{ frame: Frame; arm: Mask }> => {
    if (place !== null && mayMove()) await travel(table, place);
    await sleep(SETTLING_MS);
    return photograph();
  };
  /** From both sides, so that what the arm hides from one is seen from the other. */
  const lookFromAllSides = async (): Promise<void> => {
    for (const place of places) {
      const { frame, arm: mask } = await lookFrom(place);
      background.add(frame, mask);
    }
  };

  /** A person clears the table, it is photographed, and the things come back. */
  const askForPlate = async (ask: (request: string) => Promise<void>): Promise<Frame> => {
    await ask(`Clear the table of everything but the arm${mayMove() ? ', which then moves aside' : ''}.`);
    background.forget();
    await lookFromAllSides();
    const empty = background.plate();
    if (options.plateFile !== undefined) await writePng(empty, options.plateFile);
    await ask('Put the things down where the arm reaches them.');
    return empty;
  };

  return {
    rig,
    robot,
    camera,
    clock,
    async reset() {
      // Out of the way once; later episodes go on from where the arm is, and what it hides there is known by then.
      const isFirst = !hasParked && mayMove();
      hasParked ||= isFirst;
      const { frame, arm: mask } = await lookFrom(isFirst ? places[0] : null);
      if (plate !== null && isPlateOf(plate, frame, mask)) return { plate };
      if (plate !== null)
        options.onNote?.('the light or the camera has changed: the remembered plate does not fit');
      plate = null;
      if (options.ask !== undefined) {
        plate = await askForPlate(options.ask);
        return { plate };
      }
      if (background.count === 0) await lookFromAllSides();
      else background.add(frame, mask);
      const found = background.plate();
      if (options.plateFile !== undefined && background.count >= ENOUGH_PHOTOGRAPHS)
        await writePng(found, options.plateFile);
      return { plate: found };
    },
    async close() {
      await robot.close();
      await camera.close();
    },
  };
}

/** The arm by its name in the registry. The simulated one comes with its world, and is not opened like this. */
function findArm(name: string): OpenArm {
  const { 'sim-arm': _simulated, ...real } = robots;
  const arms: Readonly<Record<string, OpenArm>> = real;
  if (!Object.hasOwn(arms, name)) {
    const known = Object.keys(arms).join(', ') || 'none';
    throw new ForesightError(`no arm '${name}'; known: ${known}`, {
      next: `write one of these as "robot" in the rig's file, or use --rig sim`,
    });
  }
  return arms[name];
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

/** Drawn in and high, at the left and at the right: from there the arm hides least of the table. */
export function parkingPlaces({ workspace: { low, high } }: Rig): [Vector3, Vector3] {
  return [
    [high[0], high[1], high[2]],
    [low[0], high[1], high[2]],
  ];
}

async function rememberedPlate({ plateFile }: TableRigOptions, rig: Rig): Promise<Frame | null> {
  if (plateFile === undefined || !existsSync(plateFile)) return null;
  const plate = await readPng(plateFile);
  const { height, width } = rig.frame;
  const isOfSize = plate.height === height && plate.width === width;
  return isOfSize ? plate : null;
}
