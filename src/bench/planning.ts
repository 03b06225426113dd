/** How fast control is: the whole choice of an action, its parts, and bare rollouts of many candidates. */
import type { EngineChoice } from '../compute/choice.ts';
import type { Controller } from '../control/controller.ts';
import { CycleTimer } from '../control/cycle-timer.ts';
import { FORESIGHT_DEFAULTS } from '../control/foresight-config.ts';
import { foresightController } from '../control/foresight.ts';
import { openRollouts } from '../control/open-foresight.ts';
import { pushSuite } from '../evaluation/push-suite.ts';
import type { LoadedModel } from '../model/checkpoint.ts';
import type { CostFunction, Costs, Planner } from '../planner/planner.ts';
import { createPlanner, DEFAULT_PLANNER, resolvePlannerConfig } from '../planner/registry.ts';
import { openSimRig, type SimRig } from '../rig/sim-rig.ts';
import { ensure } from '../spec/errors.ts';
import { seededRandom } from '../spec/random.ts';
import { resizeFrame } from '../video/resize.ts';
import { duration, durations, rate, type Measurement } from './measure.ts';

/** The size at which rollouts are compared between machines. */
export const ROLLOUT_SIZE = { candidates: 128, horizon: 10 };

const SUITE_SEED = 7;

/** A model ready to be timed at planning, in one scene of the pushing suite, arm at rest. */
export interface PlanningWork {
  /** One whole choice of an action (track, encode, plan), as the control loop asks for it. */
  choose(timer: CycleTimer): Promise<void>;
  /** Bare costs of `ROLLOUT_SIZE` candidates. */
  roll(): Promise<void>;
  /** The default planner's resolved config, and what control adds to it: see `FORESIGHT_DEFAULTS`. */
  readonly planner: Readonly<Record<string, unknown>>;
  readonly controlHz: number;
  close(): Promise<void>;
}

export async function openPlanningWork(
  threads: number,
  model: LoadedModel,
  engine?: EngineChoice,
): Promise<PlanningWork> {
  const rig = await openSimRig();
  const rollouts = await openRollouts(model, threads, engine);
  const { candidates: count, horizon } = ROLLOUT_SIZE;
  const control = (planner: Planner): Controller =>
    foresightController(
      rig.rig,
      { sizes: model.predictor, rollouts, planner, rescale: resizeFrame },
      { ...FORESIGHT_DEFAULTS, horizon },
    );
  const planner = createPlanner(DEFAULT_PLANNER, { horizon });
  const random = seededRandom(1);
  const size = horizon * rig.rig.action.names.length;
  const candidates = Float32Array.from({ length: count * size }, () => random.uniform(-1, 1));
  const choose = await begin(rig, control(planner));
  const costs = await costsOf(rig, control, count, candidates.slice(0, size));
  const { proposals, finalists, copies } = FORESIGHT_DEFAULTS;
  return {
    choose,
    roll: async () => {
      await costs(candidates, count);
    },
    planner: {
      name: planner.name,
      ...resolvePlannerConfig(DEFAULT_PLANNER, { horizon }),
      proposals,
      finalists,
      copies,
    },
    controlHz: rig.rig.controlHz,
    async close() {
      await rollouts.dispose();
      await rig.close();
    },
  };
}

export interface PlanningBench {
  readonly measurements: readonly Measurement[];
  /** See `PlanningWork.planner`. */
  readonly planner: Readonly<Record<string, unknown>>;
}

export async function benchPlanning(
  threads: number,
  model: LoadedModel,
  repeats: number,
  engine?: EngineChoice,
): Promise<PlanningBench> {
  const work = await openPlanningWork(threads, model, engine);
  try {
    const timer = new CycleTimer(1000 / work.controlHz, true);
    const whole = await durations(repeats, () => work.choose(timer));
    const { sections } = timer.report();
    // Every section has an entry of the warm-up first.
    const part = (name: string): number[] => (sections[name] ?? []).slice(1);
    const rolled = await durations(repeats, () => work.roll());
    const { candidates, horizon } = ROLLOUT_SIZE;
    return {
      measurements: [
        duration('choosing an action: all of it', whole),
        ...['track', 'encode', 'plan'].map((name) => duration(`choosing an action: ${name}`, part(name))),
        rate(`rollouts, ${candidates} x ${horizon}`, 'predicted frames', candidates * horizon, rolled),
      ],
      planner: work.planner,
    };
  } finally {
    await work.close();
  }
}

/** The costs of a scene's candidates, through a planner that does nothing but remember whom it may ask. */
async function costsOf(
  rig: SimRig,
  control: (planner: Planner) => Controller,
  count: number,
  first: Float32Array,
): Promise<CostFunction> {
  let asked: CostFunction | undefined;
  const planner: Planner = {
    name: 'bench',
    populations: () => [count],
    async plan({ costs }: Costs) {
      asked = costs;
      return { actions: first, cost: 0, mean: first, elites: [], iterations: [] };
    },
  };
  const decide = await begin(rig, control(planner));
  await decide(new CycleTimer(Infinity));
  ensure(asked !== undefined, 'bench: the controller did not plan');
  return asked;
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
