/** How fast control is: the whole choice of an action, its parts, and bare rollouts of many candidates. */
import type { Controller } from '../control/controller.ts';
import { CycleTimer } from '../control/cycle-timer.ts';
import { FORESIGHT_DEFAULTS, foresightController } from '../control/foresight.ts';
import { openRollouts } from '../control/open-foresight.ts';
import { pushSuite } from '../evaluation/push-suite.ts';
import type { LoadedModel } from '../model/checkpoint.ts';
import type { Costs, Planner } from '../planner/planner.ts';
import { createPlanner, DEFAULT_PLANNER, resolvePlannerConfig } from '../planner/registry.ts';
import { openSimRig, type SimRig } from '../rig/sim-rig.ts';
import { seededRandom } from '../spec/random.ts';
import { resizeFrame } from '../video/resize.ts';
import { duration, durations, rate, type Measurement } from './measure.ts';

/** The size at which rollouts are compared between machines. */
export const ROLLOUT_SIZE = { candidates: 128, horizon: 10 };

const SUITE_SEED = 7;

export interface PlanningBench {
  readonly measurements: readonly Measurement[];
  /** The default planner's resolved config. */
  readonly planner: Readonly<Record<string, unknown>>;
}

export async function benchPlanning(
  threads: number,
  model: LoadedModel,
  repeats: number,
): Promise<PlanningBench> {
  const rig = await openSimRig();
  const rollouts = await openRollouts(model, threads);
  const control = (planner: Planner): Controller =>
    foresightController(
      rig.rig,
      { sizes: model.predictor, rollouts, planner, rescale: resizeFrame },
      { ...FORESIGHT_DEFAULTS, horizon: ROLLOUT_SIZE.horizon },
    );
  try {
    const planner = createPlanner(DEFAULT_PLANNER, { horizon: ROLLOUT_SIZE.horizon });
    const choices = await timeChoices(rig, control(planner), repeats);
    const rolled = await timeRollouts(rig, control, repeats);
    const { candidates, horizon } = ROLLOUT_SIZE;
    return {
      measurements: [
        ...choices,
        rate(`rollouts, ${candidates} x ${horizon}`, 'predicted frames', candidates * horizon, rolled),
      ],
      planner: { name: planner.name, ...resolvePlannerConfig(DEFAULT_PLANNER, { horizon }) },
    };
  } finally {
    await rollouts.dispose();
    await rig.close();
  }
}

/** Whole choices of an action (track, encode, plan) in one scene, as the control loop asks for them. */
async function timeChoices(rig: SimRig, controller: Controller, repeats: number): Promise<Measurement[]> {
  const decide = await begin(rig, controller);
  const timer = new CycleTimer(1000 / rig.rig.controlHz);
  const whole = await durations(repeats, () => decide(timer));
  const { sections } = timer.report();
  // Every section has an entry of the warm-up first.
  const part = (name: string): number[] => (sections[name] ?? []).slice(1);
  return [
    duration('choosing an action: all of it', whole),
    ...['track', 'encode', 'plan'].map((name) => duration(`choosing an action: ${name}`, part(name))),
  ];
}

/** Bare costs of `ROLLOUT_SIZE` candidates, ms, through a planner that does nothing but ask for them. */
async function timeRollouts(
  rig: SimRig,
  control: (planner: Planner) => Controller,
  repeats: number,
): Promise<number[]> {
  const { candidates: count, horizon } = ROLLOUT_SIZE;
  const size = horizon * rig.rig.action.names.length;
  const random = seededRandom(1);
  const candidates = Float32Array.from({ length: count * size }, () => random.uniform(-1, 1));
  let measured: number[] = [];
  const planner: Planner = {
    name: 'bench',
    populations: () => [count],
    async plan({ costs }: Costs) {
      measured = await durations(repeats, async () => {
        await costs(candidates, count);
      });
      const first = candidates.slice(0, size);
      return { actions: first, cost: 0, mean: first, elites: [], iterations: [] };
    },
  };
  const decide = await begin(rig, control(planner));
  await decide(new CycleTimer(Infinity));
  return measured;
}

/** Tells a controller a task of the pushing suite; the answer asks it for an action, arm at rest. */
async function begin(rig: SimRig, controller: Controller): Promise<(timer: CycleTimer) => Promise<void>> {
  const { task, plate } = await pushSuite.begin(rig, SUITE_SEED, 0);
  const { frame } = await rig.camera.next(1000);
  const arm = await rig.robot.state();
  await controller.begin({ plate, frame, arm, task: task.task, seed: SUITE_SEED });
  const seen = { frame, arm, target: rig.robot.target(), inFlight: rig.rig.action.names.map(() => 0) };
  return async (timer) => {
    await controller.decide(seen, timer);
  };
}
