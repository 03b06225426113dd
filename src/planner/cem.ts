/**
 * The cross-entropy method as visual foresight was first planned with (Finn & Levine 2017, Ebert et al. 2018;
 * Rubinstein & Kroese 2004): white Gaussian noise, the same population in every iteration, nothing kept between
 * iterations but the Gaussian, nothing between control steps but its mean.
 *
 * Proposals join the first iteration, up to two thirds of it.
 */
import { z } from 'zod';
import { crossEntropy, crossEntropyFields, ELITES_FIT } from './cross-entropy.ts';
import type { Planner } from './planner.ts';

export const cemSchema = z
  .strictObject(crossEntropyFields({ candidates: 24, iterations: 3, elites: 5, minStd: 0.02, momentum: 0 }))
  .refine((config) => config.elites <= config.candidates, ELITES_FIT)
  .readonly();

export type CemConfig = z.infer<typeof cemSchema>;

export function cem(config: CemConfig): Planner {
  const populations = new Array<number>(config.iterations).fill(config.candidates);
  return crossEntropy(config, { name: 'cem', beta: 0, populations, alsoTry: () => [] });
}
