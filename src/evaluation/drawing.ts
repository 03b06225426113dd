/** What drawing tasks has in common: scenes until one has a fair task, and what makes a push fair. */
import type { SimRig } from '../rig/sim-rig.ts';
import type { Box, Vector3 } from '../spec/action.ts';
import { armMask } from '../spec/arm-mask.ts';
import { ForesightError } from '../spec/errors.ts';
import type { FrameSize, Mask } from '../spec/frame.ts';
import { distanceOnTable } from '../spec/on-table.ts';
import type { Pixel } from '../spec/pixel.ts';
import { project } from '../spec/projection.ts';
import { childSeed, seededRandom, type Random } from '../spec/random.ts';
import type { PixelGoal } from '../spec/task.ts';
import type { PointGoal, SuiteTask, TaskSuite } from './task-suite.ts';

/**
 * From an object's outline to the gripper's middle where a fair push begins: the gripper has to fit behind its object and
 * beside what else stands there, with a little more room than the script keeps (`SCRIPT_GAP_M`).
 */
const FAIR_ROOM_M = 0.02;
/** From the goal to the workspace's edge: room to push from every side when the object has slid past. */
const GOAL_MARGIN_M = 0.02;
/** Between the object at its goal and its neighbours. */
const NEIGHBOUR_ROOM_M = 0.01;
/** The goal pixel and the designated pixel keep this far from the picture's edge. */
const EDGE_PX = 4;
/** Scenes drawn, and tasks tried in each, before giving up. */
const SCENES = 200;
const TASKS_PER_SCENE = 40;
/** Success is quoted on so many tasks unless a suite says otherwise. */
const TASKS = 100;

/** A scene that a task is drawn in: the rig was just reset to it. */
export interface DrawnScene {
  readonly rig: SimRig;
  /** How much of each pixel of the recorded frame the arm covers. */
  readonly hidden: Mask;
}

/** A suite whose tasks are drawn by `draw`, which answers null when what it drew is not fair. */
export function drawnSuite(
  about: Omit<TaskSuite, 'begin' | 'tasks'> & { readonly tasks?: number },
  draw: (scene: DrawnScene, random: Random) => Omit<SuiteTask, 'seed'> | null,
): TaskSuite {
  const { name } = about;
  return {
    tasks: TASKS,
    ...about,
    async begin(rig, seed, index) {
      for (let attempt = 0; attempt < SCENES; attempt++) {
        const sceneSeed = childSeed(seed, 'suite', name, index, attempt);
        const { plate } = await rig.reset(sceneSeed);
        const random = seededRandom(childSeed(sceneSeed, 'goal'));
        const { arm, projection, frame } = rig.rig;
        const hidden = armMask(arm, projection, (await rig.robot.state()).jointsRad, frame);
        for (let tries = 0; tries < TASKS_PER_SCENE; tries++) {
          const drawn = draw({ rig, hidden }, random);
          if (drawn !== null) return { plate, task: { seed: sceneSeed, ...drawn } };
        }
      }
      throw new ForesightError(`suite ${name}: no fair task ${index} of seed ${seed} in ${SCENES} scenes`, {
        next: 'check that the rig draws its objects within the workspace',
      });
    },
  };
}

/** A push as drawn: an object's point, from where it is to where it should be, metres. */
export interface Push {
  readonly object: number;
  readonly start: Vector3;
  readonly goal: Vector3;
}

/** A push of any object in any direction, of a length between the two distances. */
export function drawPush(rig: SimRig, random: Random, [nearest, farthest]: readonly [number, number]): Push {
  const world = rig.world();
  const object = random.integer(world.objects.length);
  const start = world.objectPoint(object);
  const distance = random.uniform(nearest, farthest);
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
export function isFair({ rig, hidden }: DrawnScene, push: Push): boolean {
  const { objects } = rig.world();
  const { workspace, projection, frame } = rig.rig;
  const radius = objects[push.object].footprintRadius;
  const behindStart = beyond(push.goal, push.start, radius + FAIR_ROOM_M);
  const gap = (place: Vector3, other: number): number =>
    distanceOnTable(place, rig.world().objectPoint(other)) - objects[other].footprintRadius;
  const free = othersThan(push.object, objects.length).every(
    (other) => gap(push.goal, other) > radius + NEIGHBOUR_ROOM_M && gap(behindStart, other) > FAIR_ROOM_M,
  );
  return (
    free &&
    isSeen(project(projection, push.start), hidden) &&
    wellInside(project(projection, push.goal), frame) &&
    within(workspace, behindStart, 0) &&
    within(workspace, push.goal, GOAL_MARGIN_M)
  );
}

/** The indices of all objects but one. */
export function othersThan(object: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => i).filter((i) => i !== object);
}

/** Whether a pixel of the recorded frame lies well inside of it, and not behind the arm. */
export function isSeen(pixel: Pixel, hidden: Mask): boolean {
  const at = Math.round(pixel.row) * hidden.width + Math.round(pixel.col);
  return wellInside(pixel, hidden) && hidden.data[at] === 0;
}

/** The push of an object's own point, as a goal. */
export function pointGoal(rig: SimRig, { object, goal }: Push, withinM: number): PointGoal {
  return { object, point: rig.world().objects[object].point, goal, withinM };
}

/** Goals as a person would click them in the present frame. */
export function pixelGoals(rig: SimRig, goals: readonly PointGoal[]): PixelGoal[] {
  const { projection } = rig.rig;
  return goals.map(({ object, point, goal, withinM }) => ({
    designated: project(projection, rig.world().bodyPoint(object, point)),
    goal: project(projection, goal),
    withinM,
  }));
}

/** The point `distance` from `to`, on the far side from `from`. */
function beyond(from: Vector3, to: Vector3, distance: number): Vector3 {
  const factor = distance / distanceOnTable(from, to);
  return [to[0] + factor * (to[0] - from[0]), to[1] + factor * (to[1] - from[1]), to[2]];
}

/** Whether the gripper can be there with `margin` to spare. */
export function within({ low, high }: Box, [x, y]: Vector3, margin: number): boolean {
  return x > low[0] + margin && x < high[0] - margin && y > low[1] + margin && y < high[1] - margin;
}

function wellInside({ row, col }: Pixel, size: FrameSize): boolean {
  return row > EDGE_PX && col > EDGE_PX && row < size.height - 1 - EDGE_PX && col < size.width - 1 - EDGE_PX;
}
