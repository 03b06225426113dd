/**
 * SNA (skip-connection neural advection, Ebert et al. 2017, "Self-Supervised Visual Planning with Temporal Skip
 * Connections", arXiv 1710.05268): CDNA that may also take any pixel from the first picture, untransformed, so that what
 * was covered for a while comes back as it was. The designated pixel's probability comes back with it. What is
 * common to the family and departs from the papers is said in `finn.ts`.
 */
import { z } from 'zod';
import type { Rig } from '../spec/rig.ts';
import { cdnaMotion, cdnaSettings, type CdnaConfig } from './cdna.ts';
import { finnPredictor } from './finn.ts';
import type { Predictor } from './predictor.ts';

export const snaSchema = z.strictObject({ network: z.literal('sna'), ...cdnaSettings });

export function snaPredictor(config: CdnaConfig, rig: Rig): Predictor {
  return finnPredictor({ name: 'sna', config, motion: cdnaMotion(config), firstFrame: true }, rig);
}
