/** Play as training batches, half of each seen in a mirror, and held-out play with the truth that metrics need. */
import type { Values } from '../compute/compute.ts';
import { Batcher, BatchSampler, type Batch } from '../dataset/batches.ts';
import type { PlayFrames } from '../dataset/play-frames.ts';
import { controlSteps, type Split } from '../dataset/splits.ts';
import { makeWindows, type Window } from '../dataset/windows.ts';
import { MAX_OBJECTS } from '../spec/episode.ts';
import { ensure } from '../spec/errors.ts';
import { insideFrame, pixelDistance, rescalePixel, type Pixel } from '../spec/pixel.ts';
import { project, rescaleProjection } from '../spec/projection.ts';
import { childSeed, seededRandom } from '../spec/random.ts';
import type { HeldOutBatch } from './metrics.ts';
import { windowChances } from './motion.ts';
import { WARM_UP_STEPS } from './objective.ts';
import { HELD_OUT_SEED } from './open-play.ts';
import type { BatchSource } from './train.ts';

export interface PlayBatchOptions {
  readonly batch: number;
  /** Which episodes train and which are held out. */
  readonly split: Split;
  readonly seed: number;
}

/** Training batches of any horizon, in one seeded stream. */
export function playBatches(cache: PlayFrames, options: PlayBatchOptions): BatchSource {
  const { batch, seed } = options;
  const { training } = options.split;
  let current: { steps: number; sampler: BatchSampler } | null = null;
  let state = childSeed(seed, 'batches');
  return {
    controlSteps: controlSteps(training.map((episode) => cache.episodes[episode])),
    next(horizon) {
      const steps = WARM_UP_STEPS + horizon;
      if (current?.steps !== steps) {
        const windows = makeWindows(cache.episodes, training, steps);
        const chances = windowChances(cache, windows, steps, WARM_UP_STEPS);
        current = { steps, sampler: new BatchSampler(cache, windows, { batch, steps }, state, chances) };
      }
      const values = toValues(cache, current.sampler.next(), { batch, steps });
      state = current.sampler.state();
      (values.mirror.data as Float32Array).fill(-1, 0, Math.floor(batch / 2));
      return values;
    },
    state: () => state,
    restore(saved) {
      state = saved;
      current = null;
    },
  };
}

/** How many held-out windows metrics are taken from, about. */
const HELD_OUT_WINDOWS = 320;
/** Most windows follow a point that moves; the rest show whether unmoved ones stay. */
const MOVED_SHARE = 0.75;
/** A point has moved when it travels farther than this, as a share of the recorded frame's width. */
const MOVED_WIDTHS = 3 / 80;

/**
 * Held-out windows that predict `horizon` control steps after the warm-up, each with one object's point as ground truth
 * sees it; without points when the play has no truth, as on a real table. The same windows whatever a model learned from,
 * with whatever seed, and whatever size of frames it sees. All batches share their arrays: see `HeldOutBatch`. Throws
 * when what is held out does not fill one batch.
 */
export function heldOutBatches(
  cache: PlayFrames,
  options: Omit<PlayBatchOptions, 'seed'> & { horizon: number },
): HeldOutBatch[] {
  const { batch, split, horizon } = options;
  const steps = WARM_UP_STEPS + horizon;
  const random = seededRandom(childSeed(HELD_OUT_SEED, 'held-out windows'));
  const { size, rig } = cache;
  const windows = makeWindows(cache.episodes, split.heldOut, steps);
  const tracks = windows.flatMap((window) =>
    Array.from({ length: MAX_OBJECTS }, (_, object) => ({
      window,
      pixels: truthPixels(cache, window, steps, object),
    })),
  );
  const usable = tracks.filter(({ pixels }) => pixels.every((pixel) => insideFrame(pixel, rig.frame)));
  const travelled = ({ pixels }: { pixels: readonly Pixel[] }): number =>
    pixelDistance(pixels[WARM_UP_STEPS], pixels[steps]);
  const draw = <T>(items: readonly T[], count: number): T[] =>
    items.length === 0 ? [] : Array.from({ length: count }, () => random.choice(items));
  const hasMoved = (track: { pixels: readonly Pixel[] }): boolean =>
    track.pixels.length > 0 && travelled(track) > MOVED_WIDTHS * rig.frame.width;
  const moved = Math.round(HELD_OUT_WINDOWS * MOVED_SHARE);
  const chosen = [
    ...draw(usable.filter(hasMoved), moved),
    ...draw(
      usable.filter((track) => !hasMoved(track)),
      HELD_OUT_WINDOWS - moved,
    ),
  ];
  if (usable.length === 0) {
    // Frames can be compared all the same.
    chosen.push(...draw(windows, HELD_OUT_WINDOWS).map((window) => ({ window, pixels: [] })));
  }
  ensure(
    chosen.length >= batch,
    `held-out play: ${split.heldOut.length} episodes give ${chosen.length} windows, less than a batch of ${batch}`,
    'hold out more of the play (heldOut), or train with smaller batches (batch)',
  );
  const batcher = new Batcher(cache, { batch, steps });
  const seen = ({ pixels }: { pixels: readonly Pixel[] }): Pixel[] =>
    pixels.slice(WARM_UP_STEPS).map((pixel) => rescalePixel(pixel, rig.frame, size));
  return Array.from({ length: Math.floor(chosen.length / batch) }, (_, i) => {
    const part = chosen.slice(i * batch, (i + 1) * batch);
    const windows = part.map(({ window }) => window);
    return {
      values: () => toValues(cache, batcher.fill(windows), { batch, steps }),
      pixels: part.map(seen),
      moved: part.map(hasMoved),
    };
  });
}

/** Where the camera sees one object's point in each frame of a window, pixels of the recorded frame. */
function truthPixels(cache: PlayFrames, { episode, from }: Window, steps: number, object: number): Pixel[] {
  const camera = rescaleProjection(cache.projection(episode), cache.rig.frame);
  const { truth } = cache.numbers(episode);
  return Array.from({ length: steps + 1 }, (_, t) => {
    const at = (from + t) * 3 * MAX_OBJECTS + 3 * object;
    return project(camera, [truth[at], truth[at + 1], truth[at + 2]]);
  });
}

function toValues(
  cache: PlayFrames,
  data: Batch,
  { batch, steps }: { batch: number; steps: number },
): Values {
  const { height, width } = cache.size;
  // Each window through the camera that its episode was filmed with.
  const matrices = data.windows.map(
    ({ episode }) => rescaleProjection(cache.projection(episode), { height, width }).matrix,
  );
  const camera = Float32Array.from(matrices.flat());
  return {
    frames: { shape: [batch, steps + 1, height, width, 3], data: data.frames },
    armMask: { shape: [batch, steps + 1, height, width, 1], data: data.armMask },
    plate: { shape: [batch, height, width, 3], data: data.plate },
    tips: { shape: [batch, steps + 1, 3], data: data.tips },
    actions: { shape: [batch, steps, cache.rig.action.names.length], data: data.actions },
    camera: { shape: [batch, 12], data: camera },
    mirror: { shape: [batch, 1], data: new Float32Array(batch).fill(1) },
  };
}
