/**
 * The real-time loop: send what was chosen, choose the next action while that one is carried out, look again.
 * The action in flight is part of what the controller plans from, so that thinking costs no standing still.
 */
import type { Action } from '../spec/action.ts';
import type { ArmState } from '../spec/episode.ts';
import type { Frame } from '../spec/frame.ts';
import type { Task } from '../spec/task.ts';
import type { LiveRig } from '../rig/live-rig.ts';
import type { Controller, Decision } from './controller.ts';
import { CycleTimer, type Sections } from './cycle-timer.ts';

/** One control step as it happened. */
export interface ControlStep {
  readonly index: number;
  /** The frame and the arm at the start of the step. */
  readonly frame: Frame;
  readonly arm: ArmState;
  /** What was sent at its start. */
  readonly sent: Action;
  /** What was chosen during it, for the next step. */
  readonly decision: Decision;
  /** Wall-clock time that sending and choosing took, ms. */
  readonly choiceMs: number;
  /** Where that time went, and what was spent on looking at the end of the step before, ms. */
  readonly sections: Readonly<Record<string, number>>;
  readonly missedDeadline: boolean;
}

/** Why a run ended: the task is done, its object is lost, the steps ran out, or someone stopped it. */
export type Ending = 'done' | 'lost' | 'steps' | 'stopped';

export interface RunResult {
  readonly steps: number;
  readonly ending: Ending;
  /** The frame after the last step. */
  readonly lastFrame: Frame;
  readonly sections: Sections;
  readonly missedDeadlines: number;
}

export interface RunOptions {
  readonly plate: Frame;
  readonly task: Task;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: ControlStep) => void | Promise<void>;
}

const FRAME_TIMEOUT_MS = 2000;

/**
 * Carries out one task. The arm holds still when the loop ends, however it ends. Deadlines are of the wall
 * clock: choosing an action may take one control step. The simulator waits for a late controller and counts it; on a
 * real table a controller leaves out second thoughts that would make it late.
 */
export async function runTask(
  live: LiveRig,
  controller: Controller,
  options: RunOptions,
): Promise<RunResult> {
  const { robot, camera, clock, rig } = live;
  const { plate, task, seed, signal, onStep } = options;
  const timer = new CycleTimer(1000 / rig.controlHz, clock.isPatient);
  const still: Action = rig.action.names.map(() => 0);
  let frame = (await camera.next(FRAME_TIMEOUT_MS)).frame;
  let arm = await robot.state();
  try {
    await robot.arm();
    await controller.begin({ plate, frame, arm, task, seed });
    const first = { frame, arm, target: robot.target(), inFlight: still };
    // Nothing moves yet, so the first choice has no deadline and is not timed.
    let decision = await controller.decide(first, new CycleTimer(Infinity));
    let index = 0;
    let ending: Ending | null = null;
    for (; index < task.maxSteps && !signal?.aborted; index++) {
      if ((decision.done || decision.needsClick) && (ending = await settled()) !== null) break;
      // Stopped while it looked again: nothing more is sent.
      if (signal?.aborted) break;
      const start = performance.now();
      timer.startCycle();
      const target = robot.target();
      const sent = await timer.section('send', () => robot.send(decision.action));
      const seen = { frame, arm, target, inFlight: sent };
      const chosen = controller.instant ? decision : await controller.decide(seen, timer);
      const choiceMs = performance.now() - start;
      const { inTime, sections } = timer.endCycle(choiceMs);
      const missedDeadline = !inTime;
      await onStep?.({ index, frame, arm, sent, decision: chosen, choiceMs, sections, missedDeadline });
      decision = chosen;
      await clock.endOfStep();
      frame = (await timer.section('observe', () => camera.next(FRAME_TIMEOUT_MS))).frame;
      arm = await robot.state();
      if (controller.instant) {
        decision = await controller.decide({ frame, arm, target: robot.target(), inFlight: still }, timer);
      }
    }
    const { sections, missedDeadlines } = timer.report();
    ending ??= signal?.aborted ? 'stopped' : 'steps';
    return { steps: index, ending, lastFrame: frame, sections, missedDeadlines };
  } finally {
    await robot.hold();
  }

  /** Done and lost are decided from before the last action's end: stay still, look again, and believe it the second time. */
  async function settled(): Promise<Ending | null> {
    const seen = { frame, arm, target: robot.target(), inFlight: still };
    const { done, needsClick } = await controller.decide(seen, new CycleTimer(Infinity));
    return done ? 'done' : needsClick ? 'lost' : null;
  }
}
