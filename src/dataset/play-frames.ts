/** The episodes that training draws from, whichever files they lie in: one dataset's frame cache, or several in a row. */
import { ensure } from '../spec/errors.ts';
import { sameSize, type FrameSize } from '../spec/frame.ts';
import type { Projection } from '../spec/projection.ts';
import { isSameRig, type Rig } from '../spec/rig.ts';
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
  /** The camera that an episode was filmed with. */
  projection(episode: number): Projection;
}

/**
 * Several recordings as one: the second's episodes are numbered on from the first's, and so on. What is said of the rig
 * as a whole is the first's.
 *
 * @param mixRigs whether they may be of several rigs: then each episode is seen through its own camera, and only what an
 *   action means must be the same
 * @throws ForesightError when they do not belong together
 */
export function joinPlay(parts: readonly PlayFrames[], mixRigs = false): PlayFrames {
  ensure(parts.length > 0, 'no play to join');
  const [first] = parts;
  for (const { rig, size } of parts) {
    const isSame = isSameRig(rig, first.rig) || (mixRigs && meaningOf(rig) === meaningOf(first.rig));
    ensure(
      isSame && sameSize(size, first.size),
      `play of the rig '${rig.name}' cannot be joined to play of the rig '${first.rig.name}': their ${mixRigs ? 'actions' : 'descriptions'} differ`,
      mixRigs
        ? 'train on rigs whose actions, control rate and number of joints are the same'
        : 'train on datasets that were recorded with one rig, or give --mix-rigs to learn from both',
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
    projection(number) {
      const { part, episode } = at(number);
      return part.projection(episode);
    },
  };
}

/** What an action is and does, and what is known of the arm at each moment. */
function meaningOf({ action, controlHz, arm }: Rig): string {
  return JSON.stringify([action, controlHz, arm.links.length]);
}
