/**
 * How far aside of where the model expects it a pushed point goes, lately, and where to aim instead of its goal, so that
 * it gets there all the same: the integral part of a controller. What is round or tall turns away from the finger a little
 * more with each step than the model learned to expect, always to the same side as long as it is pushed alike.
 */
import type { Track, Trackers } from '../cost/tracker.ts';
import type { OnTable } from '../spec/on-table.ts';
import type { Pixel } from '../spec/pixel.ts';
import type { Places } from './places.ts';

/** How much of the running mean a step keeps. */
const MEMORY = 0.5;
/** A shorter motion says nothing of its direction, metres. */
const LEAST_M = 0.006;
/** So far aside of the goal is aimed at most, metres. */
const MOST_ASIDE_M = 0.03;

/** One point's. */
export class Drift {
  /** Running mean, metres to the left a metre of motion. */
  #left = 0;
  #last: OnTable | null = null;

  /**
   * One more control step, metres on the table.
   *
   * @param seen where the point is now, and where the model expected it; null when it is out of sight
   */
  see(seen: { readonly at: OnTable; readonly expected: OnTable } | null): void {
    const from = this.#last;
    this.#last = seen?.at ?? null;
    if (from === null || seen === null) return;
    const { at, expected } = seen;
    const [x, y] = [at[0] - from[0], at[1] - from[1]];
    const way = Math.hypot(x, y);
    if (way < LEAST_M) return;
    const aside = ((at[1] - expected[1]) * x - (at[0] - expected[0]) * y) / way;
    const share = Math.max(-1, Math.min(1, aside / way));
    this.#left = MEMORY * this.#left + (1 - MEMORY) * share;
  }

  /** The goal, moved against the drift that is to be expected on the way there from `point`, metres. */
  aimOff(point: OnTable, goal: OnTable): [number, number] {
    const [x, y] = [goal[0] - point[0], goal[1] - point[1]];
    const way = Math.hypot(x, y);
    if (way < LEAST_M) return [goal[0], goal[1]];
    const right = Math.max(-MOST_ASIDE_M, Math.min(MOST_ASIDE_M, this.#left * way));
    return [goal[0] + (right * y) / way, goal[1] - (right * x) / way];
  }
}

/** Those of all designated points. */
export class Drifts {
  readonly #trackers: Trackers;
  readonly #places: Pick<Places, 'onTable'>;
  readonly #drifts: readonly Drift[];

  constructor(trackers: Trackers, places: Pick<Places, 'onTable'>) {
    this.#trackers = trackers;
    this.#places = places;
    this.#drifts = trackers.tracks.map(() => new Drift());
  }

  /** @param expected where the model expected each point, pixels of the recorded frame */
  see(tracks: readonly Track[], expected: readonly Pixel[]): void {
    tracks.forEach(({ pixel, unseenFrames }, i) => {
      const onTable = (at: Pixel): OnTable => this.#places.onTable(at, this.#trackers.heightOf(i));
      this.#drifts[i].see(unseenFrames === 0 ? { at: onTable(pixel), expected: onTable(expected[i]) } : null);
    });
  }

  /** See `Drift.aimOff`; the goal as it is for one of several points of an object: they turn, and do not go straight. */
  aimOff(i: number, point: OnTable, goal: OnTable): [number, number] {
    const object = this.#trackers.objectOf(i);
    const isAlone =
      object < 0 ||
      this.#drifts.every((_, other) => other === i || this.#trackers.objectOf(other) !== object);
    return isAlone ? this.#drifts[i].aimOff(point, goal) : [goal[0], goal[1]];
  }
}
