import { ensure } from '../spec/errors.ts';
import { stepsOf } from '../spec/episode.ts';
import { childSeed } from '../spec/random.ts';

/** Which episodes train and which are held out. */
export interface Split {
  readonly training: readonly number[];
  readonly heldOut: readonly number[];
}

/**
 * Splits by episode, so that no held-out frame has a neighbour in training. Each episode falls by a hash of the
 * seed and its number: adding episodes moves none. With two episodes or more both parts have at least one.
 *
 * @param fraction share held out on average, 0..1
 */
export function splitEpisodes(episodes: number, seed: number, fraction = 0.1): Split {
  const all = Array.from({ length: episodes }, (_, episode) => episode);
  const lot = all.map((episode) => childSeed(seed, 'split', episode) / 2 ** 32);
  const byLot = [...all].sort((a, b) => lot[a] - lot[b]);
  const drawn = lot.filter((value) => value < fraction).length;
  const count = episodes < 2 || fraction <= 0 ? 0 : Math.max(1, Math.min(episodes - 1, drawn));
  const heldOut = new Set(byLot.slice(0, count));
  return {
    training: all.filter((episode) => !heldOut.has(episode)),
    heldOut: all.filter((episode) => heldOut.has(episode)),
  };
}

/**
 * How many episodes, from the first on, hold `minutes` of play: as many as had been recorded when that much robot time
 * was spent.
 *
 * @param episodes each with its number of frames, one more than its control steps
 * @throws ForesightError when all of them together hold less
 */
export function firstEpisodes(
  episodes: readonly { readonly length: number }[],
  minutes: number,
  controlHz: number,
): number {
  const wanted = stepsOf(minutes, controlHz);
  let steps = 0;
  let count = 0;
  while (steps < wanted && count < episodes.length) steps += episodes[count++].length - 1;
  ensure(
    steps >= wanted,
    `the play holds ${playMinutes(episodes, controlHz)} minutes, fewer than the ${minutes} asked for`,
    `npx foresight collect --minutes ${minutes} carries a recording on (--out, --seed and --policy as it was begun)`,
  );
  return count;
}

/** Minutes of robot time that the episodes took, to a tenth. */
export function playMinutes(episodes: readonly { readonly length: number }[], controlHz: number): number {
  return Math.round(controlSteps(episodes) / controlHz / 6) / 10;
}

/** Control steps of the episodes, whose lengths are numbers of frames. */
export function controlSteps(episodes: readonly { readonly length: number }[]): number {
  return episodes.reduce((sum, { length }) => sum + length - 1, 0);
}
