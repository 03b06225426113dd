/**
 * On-policy play: a controller pursues tasks that the arm sets itself. What is recorded is what happens when the model
 * is followed, its mistakes among it (the data-aggregation loop of DAgger, Ross et al. 2011, for a learned model).
 */
import type { Controller, Decision } from '../control/controller.ts';
import { CycleTimer } from '../control/cycle-timer.ts';
import { openForesight } from '../control/open-foresight.ts';
import { aimedPolicy } from '../play/aimed-policy.ts';
import type { Observation, PlayPolicy, PolicySetting } from '../play/policy.ts';
import { applyAction } from '../spec/action.ts';
import type { Frame } from '../spec/frame.ts';
import { childSeed } from '../spec/random.ts';
import { drawTask } from './goals.ts';
import type { ModelPolicyOptions, OpenPolicy } from './registry.ts';

/** The planner over the model in `dir`, on tasks that it draws itself. */
export async function openPractice(
  dir: string,
  { rig, planner, threads, engine, rescale }: ModelPolicyOptions,
): Promise<OpenPolicy> {
  const foresight = await openForesight(dir, { planner, threads, engine, rescale });
  const controller = foresight.controller(rig);
  return {
    policy: (setting) => practicePolicy(setting, controller, aimedPolicy(setting)),
    close: () => foresight.close(),
  };
}

/** @param plain how to play while nothing in sight has a goal */
export function practicePolicy(
  { rig, random }: PolicySetting,
  controller: Controller,
  plain: PlayPolicy,
): PlayPolicy {
  let plate: Frame | undefined;
  let seed = 0;
  let stepsLeft = 0;
  /** What is chosen while the action before is carried out, as when acting; null when no goal is pursued. */
  let next: Promise<Decision> | null = null;

  const decide = (observation: Observation, inFlight: readonly number[]): Promise<Decision> =>
    controller.decide({ ...observation, inFlight }, new CycleTimer(Infinity));

  /** Draws a task and chooses the first action of it; null when there is none. */
  const setOut = async (observation: Observation): Promise<Decision | null> => {
    const task = plate ? drawTask(rig, random, observation, plate) : null;
    if (plate === undefined || task === null) return null;
    seed = childSeed(seed, 'goal');
    stepsLeft = task.maxSteps;
    const { frame, arm } = observation;
    await controller.begin({ plate, frame, arm, task, seed });
    const still = rig.action.names.map(() => 0);
    return decide(observation, still);
  };

  return {
    name: 'practice',
    begin: async (newPlate) => {
      plate = newPlate;
      seed = random.integer(2 ** 32);
      await plain.begin(newPlate);
    },
    act: async (observation) => {
      const pursued = await next;
      next = null;
      const goesOn = pursued !== null && !pursued.done && stepsLeft > 0;
      const decision = goesOn ? pursued : await setOut(observation);
      // Nothing to push, or already there: the arm moves on, and looks again.
      if (decision === null || decision.done) return plain.act(observation);
      stepsLeft--;
      const { sent } = applyAction(rig.action, rig.workspace, observation.target, decision.action);
      next = decide(observation, sent);
      // Awaited one control step later: a failure must not count as unhandled until then.
      next.catch(() => undefined);
      return decision.action;
    },
    end: async () => {
      // The last choice was for a step that never came.
      await next?.catch(() => undefined);
      next = null;
    },
  };
}
