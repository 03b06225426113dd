/**
 * iCEM, the improved cross-entropy method of Pinneri et al. 2020 (Sample-efficient Cross-Entropy Method for
 * Real-time Planning): coloured noise; elites are kept between iterations and, shifted by one action, between
 * control steps; the population shrinks; the last iteration tries the mean.
 *
 * Proposals join the first iteration, up to two thirds of it, beside standing still and the last plan.
 */
import { z } from 'zod';
import { crossEntropy, crossEntropyFields, ELITES_FIT, type Iteration } from './cross-entropy.ts';
import type { Planner } from './planner.ts';
import { clampSequence, shiftByOne, stillSequence } from './sequence.ts';

export const icemSchema = z
  .strictObject({
    // One iteration is enough where proposals are good; what a learned model gets wrong, a longer search finds.
    ...crossEntropyFields({ candidates: 40, iterations: 1, elites: 8, minStd: 0.05, momentum: 0.1 }),
    /** How many of the elites are tried again, in the next iteration and in the next control step. */
    keptElites: z.number().int().min(0).default(4),
    /** Exponent of the noise's spectrum; 0 is plain CEM's white noise. */
    beta: z.number().min(0).default(2),
    /** Each iteration has the last one's candidates divided by this (but at least twice the elites). */
    shrink: z.number().min(1).default(1.25),
  })
  .refine((config) => config.elites <= config.candidates, ELITES_FIT)
  .refine((config) => config.keptElites <= config.elites, {
    message: 'expected at most as many kept elites as elites',
    path: ['keptElites'],
  })
  .readonly();

export type IcemConfig = z.infer<typeof icemSchema>;

export function icem(config: IcemConfig): Planner {
  const { actionDims, candidates, elites, iterations, keptElites, beta } = config;
  const populations = Array.from({ length: iterations }, (_, i) =>
    Math.max(Math.min(candidates, 2 * elites), Math.floor(candidates / config.shrink ** i)),
  );

  /** Standing still, the last plan and its elites shifted by one action (the elites' last action is drawn anew). */
  function firstGuesses({ prior: { previous }, draw }: Iteration): Float32Array[] {
    const still = stillSequence(config);
    if (!previous) return [still];
    const remembered = previous.elites.slice(0, keptElites);
    return [
      still,
      shiftByOne(previous.actions, actionDims),
      ...remembered.map((elite) => shiftByOne(elite, actionDims, draw().subarray(-actionDims))),
    ];
  }

  return crossEntropy(config, {
    name: 'icem',
    beta,
    populations,
    alsoTry(iteration) {
      const { index, gaussian } = iteration;
      const mean = index === iterations - 1 ? [clampSequence(gaussian.mean.slice())] : [];
      const kept = index === 0 ? firstGuesses(iteration) : iteration.elites.slice(0, keptElites);
      return [...mean, ...kept];
    },
  });
}
