/**
 * Plays as `aimed` does, but of several pushes it could make next it makes the one whose outcome a model knows least
 * (active learning by uncertainty, as in Pathak et al. 2019, "Self-Supervised Exploration via Disagreement"). What
 * knows the outcome is passed in: play itself sees no model.
 */
import type { Vector3 } from '../spec/action.ts';
import type { Frame } from '../spec/frame.ts';
import { drawRun } from './aimed-policy.ts';
import type { Observation, PlayPolicy, PolicySetting } from './policy.ts';
import { Runner } from './runs.ts';
import { findThings } from './things.ts';

/** How little is known of each run's outcome, in any unit: more is more novel. Runs are waypoints in metres. */
export type Novelty = (
  situation: Observation & { readonly plate: Frame },
  runs: readonly (readonly Vector3[])[],
) => Promise<ArrayLike<number>>;

/** Runs to choose from. */
export const CANDIDATE_RUNS = 8;
/**
 * Share of runs that are chosen so; the others are the first that was drawn. What a model will never know, however
 * often it is seen, must not take up all of the play.
 */
const CURIOUS = 0.75;

export function curiousPolicy({ rig, random }: PolicySetting, novelty: Novelty): PlayPolicy {
  let plate: Frame | undefined;
  const runner = new Runner(rig, random);

  const nextRun = async (observation: Observation): Promise<readonly Vector3[]> => {
    const things = plate ? findThings(rig, observation, plate) : [];
    const runs = Array.from({ length: CANDIDATE_RUNS }, () =>
      drawRun(rig, random, things, observation.target),
    );
    if (plate === undefined || things.length === 0 || random.next() >= CURIOUS) return runs[0];
    const novelties = await novelty({ ...observation, plate }, runs);
    let most = 0;
    for (let i = 1; i < runs.length; i++) if (novelties[i] > novelties[most]) most = i;
    return runs[most];
  };

  return {
    name: 'curious',
    begin: (newPlate) => {
      plate = newPlate;
      runner.begin();
    },
    act: async (observation) => {
      if (runner.isOver()) runner.start(await nextRun(observation));
      return runner.act(observation.target);
    },
  };
}
