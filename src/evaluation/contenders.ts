/** Who takes part in an evaluation, by name: a checkpoint that plans, or one of the baselines beside it. */
import { FORESIGHT_DEFAULTS } from '../control/foresight.ts';
import { openForesight } from '../control/open-foresight.ts';
import { COST_DEFAULTS } from '../cost/rollout.ts';
import { createPlanner, resolvePlannerConfig } from '../planner/registry.ts';
import { resizeFrame } from '../video/resize.ts';
import { randomController, scriptedController } from './baselines.ts';
import type { ControllerFactory } from './evaluate.ts';
import { oracleController } from './oracle.ts';

export interface Contender {
  readonly name: string;
  readonly controller: ControllerFactory;
  /** The resolved settings of whatever it plans with, to be printed beside results. */
  readonly settings: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

export interface ContenderOptions {
  readonly planner: string;
  /** Settings of the planner; those left undefined take their defaults. */
  readonly plannerOptions: Readonly<Record<string, number | undefined>>;
  readonly threads: number;
}

/** The simulator is a slow predictor: it plans with fewer candidates unless told otherwise. */
const ORACLE_PLANNER = { candidates: 16, horizon: 6 };
const ORACLE_SEARCH: Readonly<Record<string, Record<string, number>>> = {
  icem: { iterations: 1, elites: 4 },
  cem: { iterations: 1, elites: 4 },
  mppi: { iterations: 1 },
};
const ORACLE_TIMESTEP_S = 0.008;

export async function openContender(name: string, options: ContenderOptions): Promise<Contender> {
  if (name === 'random') {
    return baseline(name, (rig) => randomController(rig.rig.action.names.length));
  }
  if (name === 'scripted') return baseline(name, scriptedController);
  const given = Object.fromEntries(
    Object.entries(options.plannerOptions).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  ) as Record<string, number>;
  if (name === 'oracle') {
    const { planner } = options;
    return openOracle(planner, { ...ORACLE_PLANNER, ...ORACLE_SEARCH[planner], ...given });
  }
  return openModel(name, options, given);
}

function baseline(name: string, controller: ControllerFactory): Contender {
  return { name, controller, settings: {}, close: async () => {} };
}

function openOracle(plannerName: string, given: Record<string, number>): Contender {
  const planner = createPlanner(plannerName, given);
  const settings = resolvePlannerConfig(plannerName, given);
  const config = {
    horizon: settings.horizon,
    proposals: Math.floor(settings.candidates / 2),
    doneWithinM: FORESIGHT_DEFAULTS.doneWithinM,
    timestepS: ORACLE_TIMESTEP_S,
    cost: COST_DEFAULTS,
  };
  return {
    name: 'oracle',
    controller: (rig, task) => oracleController(rig, task, planner, config),
    settings: { planner: plannerName, ...settings },
    close: async () => {},
  };
}

async function openModel(
  dir: string,
  { planner, threads }: ContenderOptions,
  plannerOptions: Record<string, number>,
): Promise<Contender> {
  const foresight = await openForesight(dir, { planner, plannerOptions, threads, rescale: resizeFrame });
  return {
    name: dir,
    controller: (rig) => foresight.controller(rig.rig),
    settings: foresight.settings,
    close: () => foresight.close(),
  };
}
