/**
 * The tracking suite: how far the designated-pixel tracker is from the simulator's truth. A script that sees the
 * truth pushes one object about, past its middle so that it turns, into its neighbours and under the arm; the
 * tracker sees the camera's frames and the joints alone. No model is needed.
 */
import type { Tracker, TrackerStart } from '../cost/tracker.ts';
import type { SimRig } from '../rig/sim-rig.ts';
import type { ObjectDescription } from '../sim/objects.ts';
import { towards, type Action, type Box, type Vector3 } from '../spec/action.ts';
import { distanceOnTable } from '../spec/on-table.ts';
import { armMask } from '../spec/arm-mask.ts';
import { ForesightError } from '../spec/errors.ts';
import { insideFrame, pixelDistance } from '../spec/pixel.ts';
import { project, unproject } from '../spec/projection.ts';
import { childSeed, seededRandom, type Random } from '../spec/random.ts';
import { SCRIPT_GAP_M, scriptedAction } from './scripted.ts';
import { hiddenByArm, yawRad } from './sim-truth.ts';

export const TRACKING_SUITE = 'tracking';

/** Control steps of a task, as many as a push may take. */
const STEPS = 25;
/** A goal is given up after so many steps, or when the object is this near to it, metres. */
const STEPS_A_GOAL = 9;
const ARRIVED_M = 0.02;
/** How far goals lie from the object, and at least from the workspace's edge, metres. */
const GOAL_M = [0.06, 0.15] as const;
const GOAL_MARGIN_M = 0.02;
/** Pushes go past the object's middle by up to this part of its radius: then it turns. */
const OFF_MIDDLE = 0.7;
/** Before so many of the pushes the hand goes over the object, into the camera's sight of it, for so many steps. */
const COVERS = 0.35;
const STEPS_OVER = 4;
/** Where the tip is then: nearer to the camera than the object's point, and higher, metres. */
const OVER = { front: [0.03, 0.07], higher: [0.02, 0.05] } as const;
/** Goals drawn before one outside the workspace is taken. */
const GOALS = 50;
/** Scenes drawn before giving up. */
const SCENES = 50;
const FRAME_TIMEOUT_MS = 2000;

/** One control step's end: what the tracker says, and how far it is from what is so. */
export interface TrackedStep {
  /** From the tracked to the true pixel, in the recorded frame. */
  readonly errorPx: number;
  /** The same on the plane of the designated point, cm. */
  readonly errorCm: number;
  /** How much farther the object has turned than the tracker says, 0..180 degrees; null of an object that looks the same from all sides. */
  readonly angleErrorDeg: number | null;
  readonly confidence: number;
  readonly lost: boolean;
  /** How much of what could be seen of the object the arm hides, 0..1. */
  readonly hidden: number;
}

export interface TrackedTask {
  readonly index: number;
  readonly shape: string;
  /** How many objects are on the table. */
  readonly objects: number;
  /** How far the object went, all steps together, cm, and turned, degrees. */
  readonly movedCm: number;
  readonly turnedDeg: number;
  readonly steps: readonly TrackedStep[];
  /** Wall-clock time of each update. */
  readonly updateMs: readonly number[];
}

export interface TrackingOptions {
  readonly seed: number;
  /** Which tasks, by index. */
  readonly indices: readonly number[];
  readonly signal?: AbortSignal;
  readonly onTask?: (task: TrackedTask) => void;
}

/** Starts the tracker that is measured; the object's number is for those that look behind the camera. */
export type TrackerFactory = (start: TrackerStart, object: number) => Tracker;

/** Runs the tasks, and stops after the one under way when the signal fires. The same seed gives the same steps. */
export async function measureTracking(
  rig: SimRig,
  make: TrackerFactory,
  options: TrackingOptions,
): Promise<TrackedTask[]> {
  const tasks: TrackedTask[] = [];
  await rig.robot.arm();
  for (const index of options.indices) {
    if (options.signal?.aborted) break;
    const task = await followOne(rig, make, index, options);
    tasks.push(task);
    options.onTask?.(task);
  }
  return tasks;
}

async function followOne(
  rig: SimRig,
  make: TrackerFactory,
  index: number,
  { seed }: TrackingOptions,
): Promise<TrackedTask> {
  const { object, start, random } = await drawTask(rig, seed, index);
  const world = rig.world();
  const { shape } = world.objects[object];
  const tracker = make(start, object);
  const pushes = pushAbout(rig, object, random);
  const yawAtStart = yawRad(world, object);
  let [place, yaw] = [world.objectPoint(object), yawAtStart];
  let [movedM, turnedRad] = [0, 0];
  const steps: TrackedStep[] = [];
  const updateMs: number[] = [];
  for (let t = 0; t < STEPS; t++) {
    await rig.robot.send(pushes());
    await rig.clock.endOfStep();
    const { frame } = await rig.camera.next(FRAME_TIMEOUT_MS);
    const input = { frame, jointsRad: (await rig.robot.state()).jointsRad };
    const before = performance.now();
    const { pixel, confidence, lost, pose } = tracker.update(input);
    updateMs.push(performance.now() - before);

    const [there, turned] = [world.objectPoint(object), yawRad(world, object)];
    const truth = project(rig.rig.projection, there);
    const angleErrorRad = turnBetween(pose.thetaRad, turned - yawAtStart);
    steps.push({
      errorPx: pixelDistance(pixel, truth),
      errorCm: 100 * distanceOnTable(unproject(rig.rig.projection, pixel, there[2]), there),
      angleErrorDeg: LOOKS_THE_SAME.includes(shape) ? null : (180 / Math.PI) * angleErrorRad,
      confidence,
      lost,
      hidden: hiddenByArm(world, object, frame),
    });
    movedM += distanceOnTable(there, place);
    turnedRad += turnBetween(turned, yaw);
    [place, yaw] = [there, turned];
  }
  const objects = world.objects.length;
  const turnedDeg = (180 / Math.PI) * turnedRad;
  return { index, shape, objects, movedCm: 100 * movedM, turnedDeg, steps, updateMs };
}

/** Shapes whose turning no picture shows. */
const LOOKS_THE_SAME: readonly string[] = ['dome'];

/** A scene with an object whose point can be seen and clicked, and a tracker's start there. */
async function drawTask(
  rig: SimRig,
  seed: number,
  index: number,
): Promise<{ object: number; start: TrackerStart; random: Random }> {
  const { projection, arm } = rig.rig;
  for (let attempt = 0; attempt < SCENES; attempt++) {
    const sceneSeed = childSeed(seed, TRACKING_SUITE, index, attempt);
    const { plate } = await rig.reset(sceneSeed);
    const random = seededRandom(childSeed(sceneSeed, 'pushes'));
    const object = random.integer(rig.world().objects.length);
    const designated = project(projection, rig.world().objectPoint(object));
    const { frame } = await rig.camera.next(FRAME_TIMEOUT_MS);
    const { jointsRad } = await rig.robot.state();
    if (!insideFrame(designated, frame)) continue;
    const hidden = armMask(arm, projection, jointsRad, frame);
    if (hidden.data[Math.round(designated.row) * frame.width + Math.round(designated.col)] > 0) continue;
    return { object, start: { projection, arm, plate, frame, jointsRad, designated }, random };
  }
  throw new ForesightError(`tracking suite: nothing to see in task ${index} of seed ${seed}`, {
    next: 'check that the rig draws its objects within the workspace',
  });
}

/** What the script does next, again and again: push to a goal past a side of the middle, or go over the object. */
function pushAbout(rig: SimRig, object: number, random: Random): () => Action {
  const { workspace, action: spec } = rig.rig;
  const world = rig.world();
  let aim = world.objects[object].point;
  let goal = world.objectPoint(object);
  let [pushesLeft, coversLeft] = [0, 0];
  return () => {
    const tip = rig.robot.target();
    if (pushesLeft-- <= 0 || distanceOnTable(world.bodyPoint(object, aim), goal) < ARRIVED_M) {
      aim = offTheMiddle(world.objects[object], random);
      goal = drawGoal(world.objectPoint(object), workspace, random);
      coversLeft = random.next() < COVERS ? STEPS_OVER : 0;
      pushesLeft = coversLeft + STEPS_A_GOAL;
    }
    if (coversLeft-- > 0) {
      const [x, y, z] = world.objectPoint(object);
      return towards([x, y - random.uniform(...OVER.front), z + random.uniform(...OVER.higher)], tip, spec);
    }
    const { footprintRadius, point } = world.objects[object];
    const clearanceM = footprintRadius + distanceOnTable(aim, point) + SCRIPT_GAP_M;
    return scriptedAction({ tip, object: world.bodyPoint(object, aim), goal, clearanceM }, spec, workspace);
  };
}

/** A point of the top beside the middle. */
function offTheMiddle({ footprintRadius, point: [x, y, z] }: ObjectDescription, random: Random): Vector3 {
  const off = OFF_MIDDLE * footprintRadius * random.next();
  const side = random.uniform(0, 2 * Math.PI);
  return [x + off * Math.cos(side), y + off * Math.sin(side), z];
}

/** Somewhere around, within the workspace unless the object lies far outside. */
function drawGoal([x, y, z]: Vector3, { low, high }: Box, random: Random): Vector3 {
  for (let attempt = 0; ; attempt++) {
    const [distance, way] = [random.uniform(...GOAL_M), random.uniform(0, 2 * Math.PI)];
    const goal: Vector3 = [x + distance * Math.cos(way), y + distance * Math.sin(way), z];
    const isInside = [0, 1].every(
      (k) => goal[k] > low[k] + GOAL_MARGIN_M && goal[k] < high[k] - GOAL_MARGIN_M,
    );
    if (isInside || attempt === GOALS) return goal;
  }
}

/** The angle between two headings, 0..pi. */
function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % (2 * Math.PI);
  return Math.min(turn, 2 * Math.PI - turn);
}
