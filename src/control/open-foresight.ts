/** A checkpoint made ready to act: engine, rollouts, planner and controller, wired together. */
import type { EngineChoice } from '../compute/choice.ts';
import { computesOnCores, openEngine } from '../compute/registry.ts';
import { COST_DEFAULTS } from '../cost/rollout.ts';
import { loadCheckpoint, type LoadedModel } from '../model/checkpoint.ts';
import { createPlanner, DEFAULT_PLANNER, resolvePlannerConfig } from '../planner/registry.ts';
import { ensure } from '../spec/errors.ts';
import type { Rig } from '../spec/rig.ts';
import type { Controller } from './controller.ts';
import { FORESIGHT_DEFAULTS, type GoalCost } from './foresight-config.ts';
import { foresightController, type Rescale } from './foresight.ts';
import { Rollouts } from './rollouts.ts';

export interface OpenForesightOptions {
  /** By name; `DEFAULT_PLANNER` when not given. */
  readonly planner?: string;
  /** Settings of the planner; those left out take their defaults. */
  readonly plannerOptions?: Readonly<Record<string, number>>;
  readonly threads: number;
  /** What computes; the default engine when not given. */
  readonly engine?: EngineChoice | undefined;
  /** See `ForesightConfig.goalCost`. */
  readonly goalCost?: GoalCost;
  readonly rescale: Rescale;
}

export interface OpenForesight {
  readonly model: LoadedModel;
  /** A controller for a rig whose actions mean what they meant in training; throws when they do not. */
  controller(rig: Rig): Controller;
  close(): Promise<void>;
}

/** Loads the checkpoint in `dir`. Throws a ForesightError when there is none, or when it is damaged. */
export async function openForesight(dir: string, options: OpenForesightOptions): Promise<OpenForesight> {
  const {
    planner: plannerName = DEFAULT_PLANNER,
    plannerOptions = {},
    threads,
    engine,
    goalCost,
    rescale,
  } = options;
  const model = await loadCheckpoint(dir);
  const rollouts = await openRollouts(model, threads, engine);
  const planner = createPlanner(plannerName, plannerOptions);
  const { horizon } = resolvePlannerConfig(plannerName, plannerOptions);
  const config = { ...FORESIGHT_DEFAULTS, horizon, ...(goalCost ? { goalCost } : {}) };
  return {
    model,
    controller(rig) {
      ensureSameActions(dir, model.rig, rig);
      return foresightController(rig, { sizes: model.predictor, rollouts, planner, rescale }, config);
    },
    close: () => rollouts.dispose(),
  };
}

/**
 * A model ready to judge candidates. On cores, two halves of them on one thread each are quicker than all of them on two:
 * most operations are too small to be shared out. Anything else is given all of them at once.
 */
export async function openRollouts(
  model: LoadedModel,
  threads: number,
  choice?: EngineChoice,
): Promise<Rollouts> {
  const engine = await openEngine(choice, 1);
  return new Rollouts(engine, model, COST_DEFAULTS, computesOnCores(engine) ? threads : 1);
}

/** Throws unless an action means here what it meant to the checkpoint in `dir` when it was trained. */
export function ensureSameActions(dir: string, trained: Rig, here: Rig): void {
  const describe = ({ action, controlHz }: Rig): string =>
    `${action.scale.map((scale, d) => `${action.names[d]} ${scale} m`).join(', ')} at ${controlHz} Hz`;
  ensure(
    describe(trained) === describe(here),
    `${dir}: trained on actions of ${describe(trained)}; the rig '${here.name}' has ${describe(here)}`,
    'train on play of this rig',
  );
}
