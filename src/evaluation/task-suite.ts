/** The contract of task suites: seeded tasks in the simulator, with a goal in metres to judge the end by. */
import type { SimRig } from '../rig/sim-rig.ts';
import type { Variety } from '../sim/shapes.ts';
import type { Vector3 } from '../spec/action.ts';
import type { Frame } from '../spec/frame.ts';
import type { Task } from '../spec/task.ts';

/** One task, in pixels for whoever solves it and in metres for whoever judges it. */
export interface SuiteTask {
  /** Given to the rig's `reset`, it makes the scene. */
  readonly seed: number;
  /** Which of the world's objects is to be pushed. */
  readonly object: number;
  /** Where its point should come to lie, metres. */
  readonly goal: Vector3;
  readonly task: Task;
}

export interface TaskSuite {
  readonly name: string;
  /** What it asks for, in one sentence of the success table. */
  readonly description: string;
  /** Which objects it draws: those of play, or those kept for testing. */
  readonly variety: Variety;
  /** Distance from the goal, on the table, up to which the end counts as success, metres. */
  readonly successM: number;
  /**
   * Resets the rig to the scene of task `index` and returns the task. The same (suite, seed, index) is the
   * same task; draws that make no fair task are replaced by draws from child seeds.
   */
  begin(rig: SimRig, seed: number, index: number): Promise<{ task: SuiteTask; plate: Frame }>;
}

/** How far the pushed object's point is from its goal now, on the table, metres. */
export function goalDistance(rig: SimRig, task: SuiteTask): number {
  const truth = rig.truth();
  return Math.hypot(truth[3 * task.object] - task.goal[0], truth[3 * task.object + 1] - task.goal[1]);
}
