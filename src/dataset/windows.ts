import { ensure } from '../spec/errors.ts';

/** A training cut of an episode: frames from..from+T and the T actions between them. */
export interface Window {
  readonly episode: number;
  readonly from: number;
}

/**
 * Every window of `steps` control steps (steps + 1 frames) inside the given episodes, none across two.
 *
 * @param episodes all of the dataset's, of which `chosen` gives the numbers to cut
 */
export function makeWindows(
  episodes: readonly { readonly length: number }[],
  chosen: readonly number[],
  steps: number,
): Window[] {
  ensure(Number.isInteger(steps) && steps >= 1, `windows: expected 1 control step or more, got ${steps}`);
  return chosen.flatMap((episode) => {
    const count = Math.max(0, episodes[episode].length - steps);
    return Array.from({ length: count }, (_, from) => ({ episode, from }));
  });
}
