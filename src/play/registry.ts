import { ForesightError } from '../spec/errors.ts';
import { aimedPolicy } from './aimed-policy.ts';
import type { PlayPolicy, PolicySetting } from './policy.ts';
import { wanderingPolicy } from './wandering-policy.ts';

/** Every play policy, by name. */
export const policies: Readonly<Record<string, (setting: PolicySetting) => PlayPolicy>> = {
  aimed: aimedPolicy,
  wandering: wanderingPolicy,
};

/** A play policy by its name; the error lists the names there are. */
export function createPolicy(name: string, setting: PolicySetting): PlayPolicy {
  if (!Object.hasOwn(policies, name)) {
    throw new ForesightError(`no play policy '${name}'`, {
      next: `use one of: ${Object.keys(policies).join(', ')}`,
    });
  }
  return policies[name](setting);
}
