/** The controller with the simulator's truth in the place of some of its parts. */
import { FORESIGHT_DEFAULTS } from '../control/foresight-config.ts';
import { foresightController } from '../control/foresight.ts';
import { openRollouts } from '../control/open-foresight.ts';
import { loadCheckpoint } from '../model/checkpoint.ts';
import { createPlanner } from '../planner/registry.ts';
import { resizeFrame } from '../video/resize.ts';
import { ORACLE_ROLLOUTS, oraclePlanner, type Contender, type ContenderOptions } from './contenders.ts';
import { SIM_SIZES, SimRollouts } from './sim-rollouts.ts';
import { trueTrackers } from './true-trackers.ts';

/** Which parts know the truth. */
export interface Swap {
  readonly tracking?: true;
  readonly prediction?: true;
}

/** The checkpoint in `dir` with these parts swapped; the simulator plans with fewer candidates than a model. */
export async function openSwapped(
  dir: string,
  { tracking, prediction }: Swap,
  options: ContenderOptions,
): Promise<Contender> {
  const { planner: name, threads, engine } = options;
  const model = await loadCheckpoint(dir);
  const learned = prediction ? null : await openRollouts(model, threads, engine);
  const search = prediction
    ? oraclePlanner(options)
    : { planner: createPlanner(name), config: FORESIGHT_DEFAULTS };
  return {
    name: dir,
    controller: (rig) =>
      foresightController(
        rig.rig,
        {
          sizes: learned ? model.predictor : SIM_SIZES,
          rollouts: learned ?? new SimRollouts(rig, ORACLE_ROLLOUTS),
          planner: search.planner,
          rescale: resizeFrame,
          ...(tracking ? { startTrackers: (_, designated) => trueTrackers(rig, designated) } : {}),
        },
        search.config,
      ),
    close: async () => learned?.dispose(),
  };
}
