/** The episodes that training draws from, whichever files they lie in: one dataset's frame cache, or several in a row. */
import { ensure } from '../spec/errors.ts';
import type { FrameSize } from '../spec/frame.ts';
import type { Rig } from '../spec/rig.ts';
import type { EpisodeNumbers } from './cache.ts';

/** Decoded play at the size a network sees; a `FrameCache` is one. */
export interface PlayFrames {
  readonly rig: Rig;
  readonly size: FrameSize;
  /** How many frames each episode has. */
  readonly episodes: readonly { readonly length: number }[];
  /** Frames from..from+count-1 of an episode, [count, h, w, 4] uint8: RGB and the arm's coverage. Not to be written to. */
  frames(episode: number, from: number, count: number): Uint8Array;
  /** The background plate, [h, w, 3] uint8. */
  plate(episode: number): Uint8Array;
  numbers(episode: number): EpisodeNumbers;
}

/**
 * Several recordings as one: the second's episodes are numbered on from the first's, and so on.
 *
 * @throws ForesightError when they were not recorded with one rig: a batch has one camera and one kind of action
 */
export function joinPlay(parts: readonly PlayFrames[]): PlayFrames {
  ensure(parts.length > 0, 'no play to join');
  const [first] = parts;
  for (const { rig, size } of parts) {
    ensure(
      JSON.stringify([rig, size]) === JSON.stringify([first.rig, first.size]),
      `play of the rig '${rig.name}' cannot be joined to play of the rig '${first.rig.name}': their descriptions differ`,
      'train on datasets that were recorded with one rig',
    );
  }
  if (parts.length === 1) return first;
  const places = parts.flatMap((part) => part.episodes.map((_, episode) => ({ part, episode })));
  const at = (episode: number): (typeof places)[number] => {
    const place = places.at(episode);
    ensure(place !== undefined, `play: no episode ${episode}, there are ${places.length}`);
    return place;
  };
  return {
    rig: first.rig,
    size: first.size,
    episodes: parts.flatMap((part) => part.episodes),
    frames(number, from, count) {
      const { part, episode } = at(number);
      return part.frames(episode, from, count);
    },
    plate(number) {
      const { part, episode } = at(number);
      return part.plate(episode);
    },
    numbers(number) {
      const { part, episode } = at(number);
      return part.numbers(episode);
    },
  };
}
