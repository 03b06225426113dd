/** The contract of task suites: seeded tasks in the simulator, with goals in metres to judge the end by. */
import type { SimRig } from '../rig/sim-rig.ts';
import type { ObjectCount } from '../sim/objects.ts';
import type { Variety } from '../sim/shapes.ts';
import type { Vector3 } from '../spec/action.ts';
import type { Frame } from '../spec/frame.ts';
import type { Task } from '../spec/task.ts';

/** A point of an object, and where it should come to lie. */
export interface PointGoal {
  /** Which of the world's objects. */
  readonly object: number;
  /** The point, in the object's body frame, metres. */
  readonly point: Vector3;
  /** Where it should come to lie, metres. */
  readonly goal: Vector3;
  /** How near to that, on the table, the end counts as success, metres. */
  readonly withinM: number;
}

/** One task, in pixels for whoever solves it and in metres for whoever judges it. */
export interface SuiteTask {
  /** Given to the rig's `reset`, it makes the scene. */
  readonly seed: number;
  /** All of them must be reached; the first is of the object to be moved. */
  readonly goals: readonly PointGoal[];
  /** Its pixel goals, where it has any, are those points and places in the same order. */
  readonly task: Task;
}

/** Which scenes a suite plays in; given to `openSimRig`. */
export interface SuiteScene {
  readonly variety: Variety;
  readonly objects?: ObjectCount;
}

export interface TaskSuite {
  readonly name: string;
  /** What it asks for, in one sentence of the success table. */
  readonly description: string;
  readonly scene: SuiteScene;
  /** How many of its tasks success is quoted on. */
  readonly tasks: number;
  /**
   * Resets the rig to the scene of task `index` and returns the task. The same (suite, seed, index) is the
   * same task; draws that make no fair task are replaced by draws from child seeds.
   */
  begin(rig: SimRig, seed: number, index: number): Promise<{ task: SuiteTask; plate: Frame }>;
}

/** Where a goal's point is now, metres. */
export function pointNow(rig: SimRig, { object, point }: PointGoal): Vector3 {
  return rig.world().bodyPoint(object, point);
}

/** How far a goal's point is from where it should be, on the table, metres. */
export function goalDistance(rig: SimRig, goal: PointGoal): number {
  const [x, y] = pointNow(rig, goal);
  return Math.hypot(x - goal.goal[0], y - goal.goal[1]);
}

/** The goal that is farthest from being reached now, and how far, metres. */
export function farthestGoal(rig: SimRig, { goals }: SuiteTask): { goal: PointGoal; distanceM: number } {
  return goals
    .map((goal) => ({ goal, distanceM: goalDistance(rig, goal) }))
    .reduce((worst, other) => (other.distanceM > worst.distanceM ? other : worst));
}

/** Whether every point is near enough to its goal now. */
export function isSolved(rig: SimRig, { goals }: SuiteTask): boolean {
  return goals.every((goal) => goalDistance(rig, goal) <= goal.withinM);
}
