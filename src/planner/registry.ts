/** The planners by name. A new one is its file, one line here and one call of the contract suite. */
import type { z } from 'zod';
import { ForesightError } from '../spec/errors.ts';
import { cem, cemSchema } from './cem.ts';
import { gradientDescent, gradientSchema } from './gradient.ts';
import { icem, icemSchema } from './icem.ts';
import { mppi, mppiSchema } from './mppi.ts';
import type { Planner } from './planner.ts';
import { randomShooting, randomShootingSchema } from './random-shooting.ts';

const planners = {
  icem: entry(icemSchema, icem),
  cem: entry(cemSchema, cem),
  mppi: entry(mppiSchema, mppi),
  gradient: entry(gradientSchema, gradientDescent),
  'random-shooting': entry(randomShootingSchema, randomShooting),
};

export type PlannerName = keyof typeof planners;

/** What plans unless another is asked for. */
export const DEFAULT_PLANNER: PlannerName = 'icem';

export const plannerNames = Object.keys(planners) as readonly PlannerName[];

/**
 * A planner from its name and config; what the config leaves out gets its default.
 *
 * @throws ForesightError when there is no such planner, or naming the first field of the config that is wrong
 */
export function createPlanner(name: string, config: unknown = {}): Planner {
  return planners[known(name)].create(config);
}

/** The config with every default filled in, to be saved beside results. Throws like `createPlanner`. */
export function resolvePlannerConfig(name: string, config: unknown = {}): Readonly<Record<string, number>> {
  return planners[known(name)].resolve(config);
}

function known(name: string): PlannerName {
  if (Object.hasOwn(planners, name)) return name as PlannerName;
  throw new ForesightError(`there is no planner '${name}'`, {
    next: `choose one of: ${plannerNames.join(', ')}`,
  });
}

/** Joins a strict schema to the planner it configures. */
function entry<C extends Readonly<Record<string, number>>>(
  schema: z.ZodType<C>,
  make: (config: C) => Planner,
): { resolve: (config: unknown) => C; create: (config: unknown) => Planner } {
  const resolve = (config: unknown): C => {
    const result = schema.safeParse(config);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new ForesightError(`planner config: ${[...issue.path, issue.message].join(': ')}`, {
      next: `its settings are ${Object.keys(schema.parse({})).join(', ')}`,
    });
  };
  return { resolve, create: (config) => make(resolve(config)) };
}
