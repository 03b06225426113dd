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
