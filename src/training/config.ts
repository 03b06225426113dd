/** Everything a training run follows from, as one strict schema; the resolved copy is saved beside the weights. */
import { z } from 'zod';
import { OBJECTIVE_DEFAULTS } from './objective.ts';
import { SCHEDULE_DEFAULTS } from './schedule.ts';

export const trainingSchema = z
  .strictObject({
    seed: z.number().int().nonnegative().default(1),
    /** How long to train: minutes of wall clock, or training steps (then the result follows from the seed). */
    budget: z.union([
      z.strictObject({ minutes: z.number().positive() }),
      z.strictObject({ steps: z.number().int().positive() }),
    ]),
    /**
     * Minutes end early after so many passes over the play (each of its control steps drawn once, on average): more
     * of them fit the training play alone, whatever the machine's speed.
     */
    passes: z.number().positive().default(9),
    batch: z.number().int().positive().default(32),
    /** Parts of a batch whose gradients are computed by one call each, on its share of the threads, and averaged. */
    shards: z.number().int().positive().default(2),
    /** Largest norm of the gradient over all weights. */
    clipNorm: z.number().positive().default(1),
    /** Fraction of the episodes kept for measuring. */
    heldOut: z.number().min(0).max(0.5).default(0.1),
    /** Horizon of the held-out prediction that metrics are taken from. */
    metricsHorizon: z.number().int().positive().default(10),
    /** Seconds of training between two checkpoints (each with its metrics). */
    checkpointSeconds: z.number().positive().default(60),
    objective: z
      .strictObject({
        movedWeight: z.number().nonnegative().default(OBJECTIVE_DEFAULTS.movedWeight),
        movedThreshold: z.number().positive().default(OBJECTIVE_DEFAULTS.movedThreshold),
        coarseWeight: z.number().nonnegative().default(OBJECTIVE_DEFAULTS.coarseWeight),
        rigidityWeight: z.number().nonnegative().default(OBJECTIVE_DEFAULTS.rigidityWeight),
      })
      .default(OBJECTIVE_DEFAULTS),
    schedule: z
      .strictObject({
        learningRate: z.number().positive().default(SCHEDULE_DEFAULTS.learningRate),
        warmupSteps: z.number().int().nonnegative().default(SCHEDULE_DEFAULTS.warmupSteps),
        decayFrom: z.number().min(0).max(1).default(SCHEDULE_DEFAULTS.decayFrom),
        finalRate: z.number().positive().default(SCHEDULE_DEFAULTS.finalRate),
        horizons: z
          .array(z.strictObject({ from: z.number().min(0).max(1), horizon: z.number().int().positive() }))
          .min(1)
          .default([...SCHEDULE_DEFAULTS.horizons]),
      })
      .default({ ...SCHEDULE_DEFAULTS, horizons: [...SCHEDULE_DEFAULTS.horizons] }),
  })
  .readonly();

export type TrainingConfig = z.infer<typeof trainingSchema>;
