/** What the tracking suite's steps add up to: how far off the tracker is, and whether it knows. */
import { mean, median, p95 } from './statistics.ts';
import { TRACKING_SUITE, type TrackedStep, type TrackedTask } from './tracking-suite.ts';

/** Farther off than this a push is planned for another place, cm. */
const WRONG_CM = 1;
/** From here on the tracker claims to know. */
const CONFIDENT = 0.5;
/** Hidden by more than this, a step counts as occluded. */
const OCCLUDED = 0.5;

/** A distribution of errors. */
export interface Errors {
  readonly mean: number;
  readonly median: number;
  readonly p95: number;
  readonly steps: number;
}

export interface TrackingResult {
  readonly suite: string;
  readonly tracker: string;
  readonly seed: number;
  readonly tasks: readonly TrackedTask[];
  readonly px: Errors;
  readonly cm: Errors;
  /** The same while the arm hides more than half of the object. */
  readonly occludedPx: Errors;
  readonly occludedCm: Errors;
  readonly angleDeg: Errors;
  /** How many steps' errors exceed 1 cm; of those, at how many the confidence is 0.5 or more. */
  readonly wrong: number;
  readonly confidentAndWrong: number;
  /** Steps at which `lost` was declared while the error exceeds 1 cm, and while it does not. */
  readonly lostRightly: number;
  readonly lostWrongly: number;
  readonly updateMs: { readonly median: number; readonly p95: number };
}

/** Sums tasks up, each step alike. */
export function summariseTracking(
  tracker: string,
  seed: number,
  tasks: readonly TrackedTask[],
): TrackingResult {
  const steps = tasks.flatMap((task) => task.steps);
  const occluded = steps.filter(({ hidden }) => hidden > OCCLUDED);
  const isWrong = ({ errorCm }: TrackedStep): boolean => errorCm > WRONG_CM;
  const lost = steps.filter((step) => step.lost);
  const updateMs = tasks.flatMap((task) => task.updateMs);
  return {
    suite: TRACKING_SUITE,
    tracker,
    seed,
    tasks,
    px: errors(steps.map(({ errorPx }) => errorPx)),
    cm: errors(steps.map(({ errorCm }) => errorCm)),
    occludedPx: errors(occluded.map(({ errorPx }) => errorPx)),
    occludedCm: errors(occluded.map(({ errorCm }) => errorCm)),
    angleDeg: errors(steps.flatMap(({ angleErrorDeg }) => (angleErrorDeg === null ? [] : [angleErrorDeg]))),
    wrong: steps.filter(isWrong).length,
    confidentAndWrong: steps.filter((step) => isWrong(step) && step.confidence >= CONFIDENT).length,
    lostRightly: lost.filter(isWrong).length,
    lostWrongly: lost.filter((step) => !isWrong(step)).length,
    updateMs: { median: median(updateMs), p95: p95(updateMs) },
  };
}

function errors(values: readonly number[]): Errors {
  return { mean: mean(values), median: median(values), p95: p95(values), steps: values.length };
}
