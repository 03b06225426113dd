/** Play policies: how the arm moves when nobody wants anything from it. */
import type { Action, Vector3 } from '../spec/action.ts';
import type { ArmState } from '../spec/episode.ts';
import type { Frame } from '../spec/frame.ts';
import type { Random } from '../spec/random.ts';
import type { Rig } from '../spec/rig.ts';

/** What a policy sees: what is there on a real table too, and nothing of a simulator's truth. */
export interface Observation {
  readonly frame: Frame;
  readonly arm: ArmState;
  /** Where the tip was last told to go, metres. */
  readonly target: Vector3;
}

/** Every policy passes `test/contract/play-policy.ts`. */
export interface PlayPolicy {
  readonly name: string;
  /** A new episode begins before this background. */
  begin(plate: Frame): void | Promise<void>;
  /** The next action, each entry in -1..1; a policy that asks a model needs a while. */
  act(observation: Observation): Action | Promise<Action>;
  /** The episode is over, and nothing more is asked: returns when nothing of it is under way any more. */
  end?(): Promise<void>;
}

/** Makes the policy of one episode. */
export type PolicyMaker = (setting: PolicySetting) => PlayPolicy;

export interface PolicySetting {
  readonly rig: Rig;
  /** All of the policy's chance: same stream, same observations, same actions. */
  readonly random: Random;
}
