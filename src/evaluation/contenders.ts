/** Who takes part in an evaluation, by name: a checkpoint that plans, or one of the baselines beside it. */
import type { EngineChoice } from '../compute/choice.ts';
import { FORESIGHT_DEFAULTS, type ForesightConfig, type GoalCost } from '../control/foresight-config.ts';
import { openForesight } from '../control/open-foresight.ts';
import { COST_DEFAULTS } from '../cost/rollout.ts';
import { checkpointDigest } from '../model/checkpoint.ts';
import type { Planner } from '../planner/planner.ts';
import { createPlanner, resolvePlannerConfig } from '../planner/registry.ts';
import { resizeFrame } from '../video/resize.ts';
import { randomController, scriptedController } from './baselines.ts';
import type { ControllerFactory } from './evaluate.ts';
import { oracleController } from './oracle.ts';
import type { SimRolloutsConfig } from './sim-rollouts.ts';

export interface Contender {
  readonly name: string;
  readonly controller: ControllerFactory;
  close(): Promise<void>;
}

export interface ContenderOptions {
  readonly planner: string;
  /** Settings of the planner; those left undefined take their defaults. */
  readonly plannerOptions: Readonly<Record<string, number | undefined>>;
  readonly threads: number;
  /** What computes; the default engine when not given. */
  readonly engine?: EngineChoice | undefined;
  /** Of checkpoints: what plans for a goal image are judged by, when not by pixels. */
  readonly goalCost?: GoalCost;
}

type Settings = Readonly<Record<string, unknown>>;

/** The simulator is a slow predictor: it plans with fewer candidates, as far ahead, unless told otherwise. */
const ORACLE_PLANNER = { candidates: 24, horizon: 10 };
const ORACLE_SEARCH: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  icem: { iterations: 1, elites: 4 },
  cem: { iterations: 1, elites: 4 },
  mppi: { iterations: 1 },
};
/** The simulator as a predictor: judged like any other, in coarser time steps than it runs. */
export const ORACLE_ROLLOUTS: SimRolloutsConfig = { cost: COST_DEFAULTS, timestepS: 0.008 };

/** Baselines that do not plan. */
const BASELINES: Readonly<Record<string, ControllerFactory>> = {
  random: (rig) => randomController(rig.rig.action.names.length),
  scripted: scriptedController,
};
const ORACLE = 'oracle';

/** The names that are no checkpoints. */
export const baselineNames: readonly string[] = [...Object.keys(BASELINES), ORACLE];

export async function openContender(name: string, options: ContenderOptions): Promise<Contender> {
  if (Object.hasOwn(BASELINES, name)) {
    return { name, controller: BASELINES[name], close: async () => {} };
  }
  return name === ORACLE ? openOracle(options) : openModel(name, options);
}

/**
 * Everything a contender's results follow from, resolved, to be printed and kept beside them: the planner's settings,
 * and of a checkpoint which weights it has.
 */
export async function contenderSettings(name: string, options: ContenderOptions): Promise<Settings> {
  if (Object.hasOwn(BASELINES, name)) return {};
  const { planner, threads } = options;
  const settings = { planner, ...resolvePlannerConfig(planner, plannerConfig(name, options)) };
  if (name === ORACLE) return { ...settings, ...oraclePlanner(options).config, ...ORACLE_ROLLOUTS };
  // The planner's settings and what was asked for have these two.
  const { horizon: _horizon, goalCost: _goalCost, ...control } = FORESIGHT_DEFAULTS;
  return {
    ...settings,
    cost: COST_DEFAULTS,
    ...control,
    ...(options.goalCost ? { goalCost: options.goalCost } : {}),
    threads,
    // Left out for the default one, so that results from before there was a choice still count.
    ...(options.engine ? { engine: options.engine } : {}),
    weights: await checkpointDigest(name),
  };
}

/** The planner's settings that were given, for the oracle on top of its own. */
function plannerConfig(name: string, { planner, plannerOptions }: ContenderOptions): Record<string, number> {
  const given = Object.entries(plannerOptions).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const oracles = name === ORACLE ? { ...ORACLE_PLANNER, ...ORACLE_SEARCH[planner] } : {};
  return { ...oracles, ...Object.fromEntries(given) };
}

/** What the oracle plans with: fewer candidates. */
export function oraclePlanner(options: ContenderOptions): { planner: Planner; config: ForesightConfig } {
  const settings = plannerConfig(ORACLE, options);
  const { horizon, candidates } = resolvePlannerConfig(options.planner, settings);
  return {
    planner: createPlanner(options.planner, settings),
    // What it predicts is true: there are no lucky errors to be judged again.
    config: { ...FORESIGHT_DEFAULTS, horizon, proposals: Math.floor(candidates / 2), finalists: 0 },
  };
}

function openOracle(options: ContenderOptions): Contender {
  const { planner, config } = oraclePlanner(options);
  const oracle = { ...config, ...ORACLE_ROLLOUTS };
  return {
    name: ORACLE,
    controller: (rig) => oracleController(rig, planner, oracle, resizeFrame),
    close: async () => {},
  };
}

async function openModel(dir: string, options: ContenderOptions): Promise<Contender> {
  const { planner, threads, engine, goalCost } = options;
  const plannerOptions = plannerConfig(dir, options);
  const foresight = await openForesight(dir, {
    planner,
    plannerOptions,
    threads,
    engine,
    rescale: resizeFrame,
    ...(goalCost ? { goalCost } : {}),
  });
  return {
    name: dir,
    controller: (rig) => foresight.controller(rig.rig),
    close: () => foresight.close(),
  };
}
