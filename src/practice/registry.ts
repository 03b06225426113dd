/** Ways of playing that ask a model, by name, for `collect --model` and `improve`. */
import type { EngineChoice } from '../compute/choice.ts';
import type { Rescale } from '../control/foresight.ts';
import type { PolicyMaker } from '../play/policy.ts';
import { ForesightError } from '../spec/errors.ts';
import type { Rig } from '../spec/rig.ts';

export interface ModelPolicyOptions {
  /** The rig to play with. */
  readonly rig: Rig;
  /** Planner by name, with its default settings. */
  readonly planner: string;
  readonly threads: number;
  /** What computes; the default engine when not given. */
  readonly engine?: EngineChoice | undefined;
  readonly rescale: Rescale;
}

export interface OpenPolicy {
  readonly policy: PolicyMaker;
  readonly close: () => Promise<void>;
}

type Opener = (model: string, options: ModelPolicyOptions) => Promise<OpenPolicy>;

/** Loaded when they are asked for: plain play need not wait for networks. */
const openers: Readonly<Record<string, Opener>> = {
  curious: async (model, options) => (await import('./novelty.ts')).openCurious(model, options),
  practice: async (model, options) => (await import('./practice-policy.ts')).openPractice(model, options),
};

export const modelPolicyNames: readonly string[] = Object.keys(openers);

/** Opens a way of playing with the checkpoint in `model`; the error lists the names there are. */
export async function openModelPolicy(
  name: string,
  model: string,
  options: ModelPolicyOptions,
): Promise<OpenPolicy> {
  if (!Object.hasOwn(openers, name)) {
    throw new ForesightError(`no way of playing '${name}' that asks a model`, {
      next: `use one of: ${modelPolicyNames.join(', ')}`,
    });
  }
  return openers[name](model, options);
}
