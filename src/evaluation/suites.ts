/** The task suites by name. A later one is its file and one line here. */
import { ForesightError } from '../spec/errors.ts';
import { clutterSuite } from './clutter-suite.ts';
import { goalImageSuite } from './goal-image-suite.ts';
import { novelSuite, pushFarSuite, pushSuite } from './push-suite.ts';
import { staySuite } from './stay-suite.ts';
import type { TaskSuite } from './task-suite.ts';
import { turnSuite } from './turn-suite.ts';

const suites: readonly TaskSuite[] = [
  pushSuite,
  pushFarSuite,
  novelSuite,
  clutterSuite,
  staySuite,
  turnSuite,
  goalImageSuite,
];

export const suiteNames: readonly string[] = suites.map(({ name }) => name);

/** The suite of that name. Throws a ForesightError that lists the suites there are. */
export function findSuite(name: string): TaskSuite {
  const found = suites.find((suite) => suite.name === name);
  if (found) return found;
  throw new ForesightError(`there is no task suite '${name}'`, {
    next: `choose one of: ${suiteNames.join(', ')}`,
  });
}
