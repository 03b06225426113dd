/**
 * The controller with the simulator for its predictor, and for its tracker: what the planner reaches when neither is
 * to blame.
 */
import type { Controller } from '../control/controller.ts';
import type { ForesightConfig } from '../control/foresight-config.ts';
import { foresightController, type Rescale } from '../control/foresight.ts';
import type { CostConfig } from '../cost/rollout.ts';
import type { Planner } from '../planner/planner.ts';
import type { SimRig } from '../rig/sim-rig.ts';
import { SIM_SIZES, SimRollouts } from './sim-rollouts.ts';
import { trueTrackers } from './true-trackers.ts';

export interface OracleConfig extends ForesightConfig {
  readonly timestepS: number;
  readonly cost: CostConfig;
}

export function oracleController(
  rig: SimRig,
  planner: Planner,
  { timestepS, cost, ...config }: OracleConfig,
  rescale: Rescale,
): Controller {
  const parts = {
    sizes: SIM_SIZES,
    rollouts: new SimRollouts(rig, { timestepS, cost }),
    planner,
    rescale,
    startTrackers: (_scene: unknown, designated: Parameters<typeof trueTrackers>[1]) =>
      trueTrackers(rig, designated),
  };
  return { ...foresightController(rig.rig, parts, config), name: 'oracle' };
}
