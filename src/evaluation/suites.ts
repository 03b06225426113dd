/** The task suites by name. A later one is its file and one line here. */
import { ForesightError } from '../spec/errors.ts';
import { pushNovelSuite, pushSuite } from './push-suite.ts';
import type { TaskSuite } from './task-suite.ts';

const suites: Readonly<Record<string, TaskSuite>> = {
  push: pushSuite,
  'push-novel': pushNovelSuite,
};

export const suiteNames: readonly string[] = Object.keys(suites);

/** The suite of that name. Throws a ForesightError that lists the suites there are. */
export function findSuite(name: string): TaskSuite {
  if (Object.hasOwn(suites, name)) return suites[name];
  throw new ForesightError(`there is no task suite '${name}'`, {
    next: `choose one of: ${suiteNames.join(', ')}`,
  });
}
