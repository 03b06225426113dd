/** Carries out a suite's tasks, one after the other, and measures how each ended. */
import type { Controller } from '../control/controller.ts';
import { runTask, type ControlStep, type RunResult } from '../control/loop.ts';
import type { SimRig } from '../rig/sim-rig.ts';
import type { Vector3 } from '../spec/action.ts';
import { pixelDistance } from '../spec/pixel.ts';
import { project } from '../spec/projection.ts';
import { childSeed } from '../spec/random.ts';
import type { Frame } from '../spec/frame.ts';
import { mean, median, p95, proportion, type Proportion } from './statistics.ts';
import { farthestGoal, isSolved, pointNow, type SuiteTask, type TaskSuite } from './task-suite.ts';

/** How one task ended. */
export interface EpisodeResult {
  readonly index: number;
  readonly success: boolean;
  /** Distance of the designated point (of several: the farthest one's) from its goal, on the table, at the start and at the end. */
  readonly startCm: number;
  readonly finalCm: number;
  /** The smallest distance on the way: how much of a miss was a near miss. */
  readonly closestCm: number;
  /** The final distance in pixels of the recorded frame. */
  readonly finalPx: number;
  readonly steps: number;
  /** Mean distance of the tracked from the true pixel; null when the controller does not track. */
  readonly trackingPx: number | null;
  /** Wall-clock time of each control step that planned: track, encode and plan together. */
  readonly planMs: readonly number[];
  readonly missedDeadlines: number;
}

/** One line of the success table. */
export interface SuiteResult {
  readonly suite: string;
  readonly controller: string;
  readonly seed: number;
  readonly success: Proportion;
  readonly finalCm: { readonly mean: number; readonly median: number };
  readonly finalPx: { readonly mean: number; readonly median: number };
  readonly startCm: number;
  readonly steps: number;
  readonly trackingPx: number | null;
  readonly planMs: { readonly median: number; readonly p95: number } | null;
  readonly missedDeadlines: number;
  readonly episodes: readonly EpisodeResult[];
}

export interface EvaluateOptions {
  readonly suite: TaskSuite;
  readonly seed: number;
  /** Which tasks, by index. */
  readonly indices: readonly number[];
  readonly signal?: AbortSignal;
  /** Sees every control step as it happens, for videos. */
  readonly onStep?: (task: SuiteTask, step: WatchedStep) => void | Promise<void>;
  readonly onEpisode?: (result: EpisodeResult, task: SuiteTask, lastFrame: Frame) => void | Promise<void>;
}

/** A control step with what only the simulator knows. */
export interface WatchedStep extends ControlStep {
  /** Where the goals' points really were at the start of the step, metres. */
  readonly truth: readonly Vector3[];
  readonly plate: Frame;
}

/** Makes a controller for a rig; `task` says which one is under way, for those that look behind the camera. */
export type ControllerFactory = (rig: SimRig, task: () => SuiteTask) => Controller;

/** Runs the tasks. Stops between tasks when the signal fires, and answers with those that were finished. */
export async function evaluate(
  rig: SimRig,
  make: ControllerFactory,
  options: EvaluateOptions,
): Promise<EpisodeResult[]> {
  const { suite, seed, indices, signal } = options;
  let current: SuiteTask | null = null;
  const controller = make(rig, () => {
    if (current === null) throw new Error('no task is under way');
    return current;
  });
  const results: EpisodeResult[] = [];
  for (const index of indices) {
    if (signal?.aborted) break;
    const { task, plate } = await suite.begin(rig, seed, index);
    current = task;
    const startCm = 100 * farthestGoal(rig, task).distanceM;
    const errors: number[] = [];
    const planMs: number[] = [];
    let closestCm = startCm;
    const run = await runTask(rig, controller, {
      plate,
      task: task.task,
      seed: childSeed(seed, 'controller', index),
      ...(signal ? { signal } : {}),
      onStep: async (step) => {
        // Steps are announced before time passes: the world still stands as it did at the step's start.
        const truth = task.goals.map((goal) => pointNow(rig, goal));
        closestCm = Math.min(closestCm, 100 * farthestGoal(rig, task).distanceM);
        const { plan, encode = 0, track = 0 } = step.sections;
        if (plan !== undefined) planMs.push(track + encode + plan);
        // With a goal image the pusher follows points of its own choice.
        if (task.task.goals.length > 0) {
          step.decision.thought.tracked.forEach(({ pixel }, i) =>
            errors.push(pixelDistance(pixel, project(rig.rig.projection, truth[i]))),
          );
        }
        await options.onStep?.(task, { ...step, truth, plate });
      },
    });
    if (signal?.aborted) break;
    const result = judge(rig, task, { index, startCm, closestCm, errors, planMs, run });
    results.push(result);
    await options.onEpisode?.(result, task, run.lastFrame);
  }
  return results;
}

function judge(
  rig: SimRig,
  task: SuiteTask,
  seen: {
    index: number;
    startCm: number;
    closestCm: number;
    errors: readonly number[];
    planMs: readonly number[];
    run: RunResult;
  },
): EpisodeResult {
  const { index, startCm, closestCm, errors, planMs, run } = seen;
  const { goal, distanceM } = farthestGoal(rig, task);
  const { projection } = rig.rig;
  return {
    index,
    success: isSolved(rig, task),
    startCm,
    finalCm: 100 * distanceM,
    closestCm: Math.min(closestCm, 100 * distanceM),
    finalPx: pixelDistance(project(projection, pointNow(rig, goal)), project(projection, goal.goal)),
    steps: run.steps,
    trackingPx: errors.length > 0 ? mean(errors) : null,
    planMs,
    missedDeadlines: run.missedDeadlines,
  };
}

/** Sums episodes up into a line of the table. */
export function summarise(
  suite: string,
  controller: string,
  seed: number,
  episodes: readonly EpisodeResult[],
): SuiteResult {
  const values = (pick: (episode: EpisodeResult) => number): number[] => episodes.map(pick);
  const planMs = episodes.flatMap((episode) => episode.planMs);
  const tracked = episodes.flatMap(({ trackingPx }) => (trackingPx === null ? [] : [trackingPx]));
  const centre = (numbers: number[]) => ({ mean: mean(numbers), median: median(numbers) });
  return {
    suite,
    controller,
    seed,
    success: proportion(episodes.filter(({ success }) => success).length, episodes.length),
    finalCm: centre(values(({ finalCm }) => finalCm)),
    finalPx: centre(values(({ finalPx }) => finalPx)),
    startCm: mean(values(({ startCm }) => startCm)),
    steps: mean(values(({ steps }) => steps)),
    trackingPx: tracked.length > 0 ? mean(tracked) : null,
    planMs: planMs.length > 0 ? { median: median(planMs), p95: p95(planMs) } : null,
    missedDeadlines: episodes.reduce((sum, { missedDeadlines }) => sum + missedDeadlines, 0),
    episodes,
  };
}
