/**
 * Why a task failed: at each control step the simulator's truth is put in the place of tracking, prediction and planning
 * in turn, and what each of them cost is measured on the table.
 */
import type { Decision, Prediction } from '../control/controller.ts';
import type { Plan, Planner } from '../planner/planner.ts';
import { createPlanner, DEFAULT_PLANNER } from '../planner/registry.ts';
import type { SimRig } from '../rig/sim-rig.ts';
import type { Mask } from '../spec/frame.ts';
import { rescalePixel, type Pixel } from '../spec/pixel.ts';
import { project, rescaleProjection, unproject } from '../spec/projection.ts';
import { seededRandom } from '../spec/random.ts';
import { pushProblems } from '../control/aims.ts';
import { together } from '../control/open-goals.ts';
import { pushProposals } from '../control/proposals.ts';
import { pixelPairs } from '../control/rollouts.ts';
import { goalDistance, pointNow, type PointGoal, type SuiteTask } from './task-suite.ts';
import { ORACLE_ROLLOUTS } from './contenders.ts';
import { SIM_SIZES, SimRollouts, type SimRolloutsConfig } from './sim-rollouts.ts';
import { trueTrackers } from './true-trackers.ts';
import type { WatchedStep } from './evaluate.ts';

export type Part = 'tracking' | 'prediction' | 'planning';

/** What was wrong with one control step's decision; null where there was none, as when the task was believed done. */
export interface StepDiagnosis {
  readonly index: number;
  /** Of the farthest point from its goal, centimetres, as all that follows. */
  readonly distanceCm: number;
  /** From where the tracker believed the points to be to where they were; of the worst. */
  readonly trackingCm: number | null;
  /** From where the plan was predicted to bring the points to where it would have brought them; of the worst. Null, as tracking, for a goal image. */
  readonly predictionCm: number | null;
  /** How much nearer to the goals a plan made with the simulator would have come. */
  readonly planningCm: number | null;
  /** The first of the three that was worse than can be excused. */
  readonly failed: Part | null;
}

/** What is excused, centimetres. */
const EXCUSED_CM: Readonly<Record<Part, number>> = { tracking: 1, prediction: 2, planning: 2 };
/** The search to compare with: the simulator needs few candidates to find a good plan, and is slow. */
const SEARCH = { candidates: 16, elites: 4 };
const PROPOSALS = 12;

/** Looks at steps while the world stands as it did at their start; `planner` looks as far ahead as who is diagnosed. */
export function diagnostician(
  rig: SimRig,
  planner: Planner = createPlanner(DEFAULT_PLANNER, SEARCH),
  config: SimRolloutsConfig = ORACLE_ROLLOUTS,
) {
  const simulator = new SimRollouts(rig, config);

  return async function diagnose(task: SuiteTask, step: WatchedStep): Promise<StepDiagnosis> {
    const { index, sent, decision } = step;
    const distanceCm = 100 * Math.max(...task.goals.map((goal) => goalDistance(rig, goal)));
    const trackingCm = trackingError(task, decision);
    const { plan, paint } = decision.thought;
    let [predictionCm, planningCm]: (number | null)[] = [null, null];
    if (plan && paint) {
      const observed = await simulator.observe(truth(task, sent));
      const last = (await paint()).at(-1);
      const ends = simulator.trace(observed, plan).at(-1) ?? [];
      if (last && followsTheTask(task, decision)) {
        predictionCm = worst(task.goals.map((goal, p) => endError(goal, last, p, ends[p])));
      }
      const better = await planner.plan(
        { costs: (candidates, n) => simulator.costs(observed, wanted(task), candidates, n) },
        { proposals: proposalsFor(task, step) },
        seededRandom(index),
      );
      planningCm = Math.max(0, remaining(task, ends) - remaining(task, endOf(observed, better)));
    }
    const found = { tracking: trackingCm, prediction: predictionCm, planning: planningCm };
    const failed = (Object.keys(EXCUSED_CM) as Part[]).find((part) => (found[part] ?? 0) > EXCUSED_CM[part]);
    return { index, distanceCm, trackingCm, predictionCm, planningCm, failed: failed ?? null };
  };

  /** Of the worst point; null when other points are followed than the task's. */
  function trackingError(task: SuiteTask, decision: Decision): number | null {
    if (!followsTheTask(task, decision)) return null;
    const { goals } = task;
    const { thought } = decision;
    const camera = rescaleProjection(rig.rig.projection, rig.rig.frame);
    return worst(
      goals.map((goal, i) => {
        const [x, y, z] = pointNow(rig, goal);
        const [tx, ty] = unproject(camera, thought.tracked[i].pixel, z);
        return 100 * Math.hypot(x - tx, y - ty);
      }),
    );
  }

  /** From the mean of the predicted distribution to the true end, on the plane of the point. */
  function endError({ goal }: PointGoal, prediction: Prediction, p: number, end: Pixel): number {
    const predicted = meanPixel(prediction.distributions[p], prediction.frame);
    const [px, py] = onTable(predicted, prediction.frame, goal[2]);
    const [x, y] = onTable(end, SIM_SIZES.frame, goal[2]);
    return 100 * Math.hypot(px - x, py - y);
  }

  /** How far the farthest point is from its goal when the points are at `ends`, centimetres. */
  function remaining({ goals }: SuiteTask, ends: readonly Pixel[]): number {
    return worst(
      goals.map(({ goal }, p) => {
        const [x, y] = onTable(ends[p], SIM_SIZES.frame, goal[2]);
        return 100 * Math.hypot(x - goal[0], y - goal[1]);
      }),
    );
  }

  function endOf(observed: Parameters<typeof simulator.trace>[0], { actions }: Plan): Pixel[] {
    return simulator.trace(observed, actions).at(-1) ?? [];
  }

  /** The scene as the simulator knows it, for `SimRollouts.observe`. */
  function truth({ goals }: SuiteTask, sent: readonly number[]) {
    const pixels = goals.map((goal) => inModel(project(rig.rig.projection, pointNow(rig, goal))));
    return {
      designated: pixelPairs(pixels),
      inFlight: { shape: [1, sent.length], data: Float32Array.from(sent) },
      frame: { shape: [0], data: new Float32Array() },
    };
  }

  function wanted({ goals }: SuiteTask) {
    const cells = SIM_SIZES.distribution.height * SIM_SIZES.distribution.width;
    return {
      pixels: pixelPairs(goals.map(({ goal }) => inModel(project(rig.rig.projection, goal)))),
      open: { shape: [1, goals.length], data: new Float32Array(goals.length).fill(1) },
      back: { shape: [1, goals.length], data: new Float32Array(goals.length) },
      together: together(goals.map(({ object }) => object)),
      outOfReach: { shape: [1, cells, goals.length], data: new Float32Array(cells * goals.length) },
    };
  }

  function proposalsFor({ goals }: SuiteTask, { index, decision }: WatchedStep): Float32Array[] {
    const dims = rig.rig.action.names.length;
    const horizon = (decision.thought.plan?.length ?? 0) / dims;
    const pixels = goals.map((goal) => project(rig.rig.projection, pointNow(rig, goal)));
    const trackers = trueTrackers(rig, pixels);
    const aims = goals.map((goal, i) => {
      const [x, y] = pointNow(rig, goal);
      return { number: i, point: [x, y], goal: [goal.goal[0], goal.goal[1]], object: goal.object } as const;
    });
    const problems = pushProblems(aims, trackers);
    const options = { count: PROPOSALS, horizon, random: seededRandom(index) };
    return pushProposals(rig.rig, rig.robot.target(), problems, options);
  }

  function inModel(pixel: Pixel): Pixel {
    return rescalePixel(pixel, rig.rig.frame, SIM_SIZES.frame);
  }

  function onTable(
    pixel: Pixel,
    size: { height: number; width: number },
    z: number,
  ): readonly [number, number] {
    const [x, y] = unproject(rescaleProjection(rig.rig.projection, size), pixel, z);
    return [x, y];
  }
}

/** Whether the points that are followed are the task's: for a goal image the controller chooses its own. */
function followsTheTask({ goals, task }: SuiteTask, { thought }: Decision): boolean {
  return task.goals.length > 0 && thought.tracked.length === goals.length;
}

/** The mean of a distribution, in pixels of the frame that it lies over. */
function meanPixel({ height, width, data }: Mask, frame: { height: number; width: number }): Pixel {
  let [row, col, total] = [0, 0, 0];
  data.forEach((share, i) => {
    row += share * Math.floor(i / width);
    col += share * (i % width);
    total += share;
  });
  return rescalePixel({ row: row / total, col: col / total }, { height, width }, frame);
}

function worst(values: readonly number[]): number {
  return Math.max(...values);
}
