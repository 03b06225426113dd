/**
 * Pushing tasks: bring a point of one object to a goal 8 to 15 cm away within 25 control steps. `push` draws
 * objects as play does; `push-novel` draws the shapes and colours that play never sees.
 */
import type { SimRig } from '../rig/sim-rig.ts';
import type { Box, Vector3 } from '../spec/action.ts';
import { armMask } from '../spec/arm-mask.ts';
import { ForesightError } from '../spec/errors.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Pixel } from '../spec/pixel.ts';
import { project } from '../spec/projection.ts';
import { childSeed, seededRandom, type Random } from '../spec/random.ts';
import type { SuiteTask, TaskSuite } from './task-suite.ts';

const MAX_STEPS = 25;
const SUCCESS_M = 0.025;
const NEAREST_GOAL_M = 0.08;
const FARTHEST_GOAL_M = 0.15;
/** From an object's outline to the gripper's middle when the gripper comes down beside it. */
const GRIPPER_ROOM_M = 0.02;
/** From the goal to the workspace's edge: room to push from every side when the object has slid past. */
const GOAL_MARGIN_M = 0.02;
/** Between the object at its goal and its neighbours. */
const NEIGHBOUR_ROOM_M = 0.01;
/** The goal pixel and the designated pixel keep this far from the picture's edge. */
const EDGE_PX = 4;
/** Scenes drawn, and goals tried in each, before giving up. */
const SCENES = 50;
const GOALS_PER_SCENE = 40;

export const pushSuite = suite(
  'push',
  'push a point of an object 8 to 15 cm to within 2.5 cm of a goal in 25 control steps',
  'play',
);
export const pushNovelSuite = suite(
  'push-novel',
  'the same with shapes and colours that play never saw',
  'test',
);

function suite(name: string, description: string, variety: TaskSuite['variety']): TaskSuite {
  return {
    name,
    description,
    variety,
    successM: SUCCESS_M,
    async begin(rig, seed, index) {
      for (let attempt = 0; attempt < SCENES; attempt++) {
        const sceneSeed = childSeed(seed, 'suite', name, index, attempt);
        const { plate } = await rig.reset(sceneSeed);
        const random = seededRandom(childSeed(sceneSeed, 'goal'));
        const jointsRad = (await rig.robot.state()).jointsRad;
        for (let tries = 0; tries < GOALS_PER_SCENE; tries++) {
          const drawn = drawTask(rig, random);
          if (isFair(rig, drawn, jointsRad)) return { plate, task: inPixels(rig, sceneSeed, drawn) };
        }
      }
      throw new ForesightError(`suite ${name}: no fair task ${index} of seed ${seed} in ${SCENES} scenes`, {
        next: 'check that the rig draws its objects within the workspace',
      });
    },
  };
}

/** A push as drawn, metres. */
interface Push {
  readonly object: number;
  readonly start: Vector3;
  readonly goal: Vector3;
}

function drawTask(rig: SimRig, random: Random): Push {
  const world = rig.world();
  const object = random.integer(world.objects.length);
  const start = world.objectPoint(object);
  const distance = random.uniform(NEAREST_GOAL_M, FARTHEST_GOAL_M);
  const direction = random.uniform(0, 2 * Math.PI);
  const goal: Vector3 = [
    start[0] + distance * Math.cos(direction),
    start[1] + distance * Math.sin(direction),
    start[2],
  ];
  return { object, start, goal };
}

/**
 * Whether the push can be done at all: the gripper fits behind the object, the place there and the goal are free,
 * the goal lies well within the workspace, and both pixels can be seen and clicked.
 */
function isFair(rig: SimRig, push: Push, jointsRad: readonly number[]): boolean {
  const { objects } = rig.world();
  const { workspace, projection, frame, arm } = rig.rig;
  const radius = objects[push.object].footprintRadius;
  const clear = radius + GRIPPER_ROOM_M;
  const behindStart = beyond(push.goal, push.start, clear);

  const others = objects.map((_, i) => i).filter((i) => i !== push.object);
  const gap = (place: Vector3, other: number): number =>
    distanceOnTable(place, rig.world().objectPoint(other)) - objects[other].footprintRadius;
  const free = others.every(
    (other) => gap(push.goal, other) > radius + NEIGHBOUR_ROOM_M && gap(behindStart, other) > GRIPPER_ROOM_M,
  );

  const designated = project(projection, push.start);
  const hidden = armMask(arm, projection, jointsRad, frame);
  const seen =
    wellInside(designated, frame) &&
    wellInside(project(projection, push.goal), frame) &&
    hidden.data[Math.round(designated.row) * frame.width + Math.round(designated.col)] === 0;
  return free && seen && within(workspace, behindStart, 0) && within(workspace, push.goal, GOAL_MARGIN_M);
}

function inPixels(rig: SimRig, seed: number, push: Push): SuiteTask {
  const { projection } = rig.rig;
  const goals = [{ designated: project(projection, push.start), goal: project(projection, push.goal) }];
  return { seed, object: push.object, goal: push.goal, task: { goals, maxSteps: MAX_STEPS } };
}

/** The point `distance` from `to`, on the far side from `from`. */
function beyond(from: Vector3, to: Vector3, distance: number): Vector3 {
  const length = distanceOnTable(from, to);
  const factor = distance / length;
  return [to[0] + factor * (to[0] - from[0]), to[1] + factor * (to[1] - from[1]), to[2]];
}

function distanceOnTable(a: Vector3, b: Vector3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** Whether the gripper can be there with `margin` to spare. */
function within({ low, high }: Box, [x, y]: Vector3, margin: number): boolean {
  return x > low[0] + margin && x < high[0] - margin && y > low[1] + margin && y < high[1] - margin;
}

function wellInside({ row, col }: Pixel, size: FrameSize): boolean {
  return row > EDGE_PX && col > EDGE_PX && row < size.height - 1 - EDGE_PX && col < size.width - 1 - EDGE_PX;
}
