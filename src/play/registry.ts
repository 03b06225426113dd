import { ForesightError } from '../spec/errors.ts';
import { aimedPolicy } from './aimed-policy.ts';
import type { PolicyMaker } from './policy.ts';
import { wanderingPolicy } from './wandering-policy.ts';

/** Every play policy that needs no model, by name. */
export const policies: Readonly<Record<string, PolicyMaker>> = {
  aimed: aimedPolicy,
  wandering: wanderingPolicy,
};

/** A play policy by its name; the error lists the names there are. */
export function findPolicy(name: string): PolicyMaker {
  if (!Object.hasOwn(policies, name)) {
    throw new ForesightError(`no play policy '${name}'`, {
      next: `use one of: ${Object.keys(policies).join(', ')}`,
    });
  }
  return policies[name];
}
