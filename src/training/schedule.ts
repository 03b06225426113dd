/** How training changes as it goes: learning rate and horizon, as functions of progress 0..1. */

export interface ScheduleConfig {
  readonly learningRate: number;
  /** Steps over which the learning rate rises from nothing. */
  readonly warmupSteps: number;
  /** Progress at which the learning rate starts to fall, linearly, to `finalRate` of itself. */
  readonly decayFrom: number;
  readonly finalRate: number;
  /** Horizons to train on, each from a progress on: short first, since an untrained model's tenth step says nothing. */
  readonly horizons: readonly { readonly from: number; readonly horizon: number }[];
}

export const SCHEDULE_DEFAULTS: ScheduleConfig = {
  learningRate: 1.5e-3,
  warmupSteps: 100,
  decayFrom: 0.5,
  finalRate: 0.03,
  horizons: [
    { from: 0, horizon: 2 },
    { from: 0.1, horizon: 4 },
    { from: 0.7, horizon: 6 },
  ],
};

/** @param step training steps done before this one */
export function learningRateAt(config: ScheduleConfig, progress: number, step: number): number {
  const warmup = Math.min(1, (step + 1) / Math.max(1, config.warmupSteps));
  const left = (1 - progress) / Math.max(1e-9, 1 - config.decayFrom);
  return config.learningRate * warmup * Math.max(config.finalRate, Math.min(1, left));
}

export function horizonAt(config: ScheduleConfig, progress: number): number {
  const reached = config.horizons.filter(({ from }) => from <= progress);
  return (reached.at(-1) ?? config.horizons[0]).horizon;
}
