/**
 * Where in play something was pushed, as the camera tells: most control steps move nothing, and training on them
 * teaches little. No simulator is asked.
 */
import type { PlayFrames } from '../dataset/play-frames.ts';
import type { Window } from '../dataset/windows.ts';
import { BRIGHTEST_TABLE, DARKEST_SHADOW } from '../model/scene.ts';

/** A channel (0..255) that changes by more than this, after the best explanation as a shadow, has changed. */
const CHANGED = 24;
/** So many changed pixels are a thing that moved; fewer are noise. */
const LEAST_PIXELS = 10;
/** A window's chance of being drawn when nothing in it moves, beside 1 for each control step in which something does. */
const STILL_CHANCE = 0.3;

/** For each control step of an episode, 1 when something other than arm and shadows moved in sight, else 0. */
export function movingSteps(cache: PlayFrames, episode: number): Uint8Array {
  const { length } = cache.episodes[episode];
  const plate = cache.plate(episode);
  const frames = cache.frames(episode, 0, length);
  const pixels = plate.length / 3;
  return Uint8Array.from({ length: length - 1 }, (_, t) => {
    let changed = 0;
    for (let p = 0; p < pixels && changed < LEAST_PIXELS; p++) {
      const now = 4 * (t * pixels + p);
      const next = now + 4 * pixels;
      if (frames[now + 3] > 0 || frames[next + 3] > 0) continue;
      if (differs(frames, now, frames, next) && !isShadow(frames, now, next, plate, 3 * p)) changed++;
    }
    return changed >= LEAST_PIXELS ? 1 : 0;
  });
}

/** Training asks again whenever its horizon grows; the play stays the same. */
const looked = new WeakMap<PlayFrames, Map<number, Uint8Array>>();

/** Chances of windows of `steps` control steps, of which the first `warmUp` are not predicted. */
export function windowChances(
  cache: PlayFrames,
  windows: readonly Window[],
  steps: number,
  warmUp: number,
): Float64Array {
  const moving = looked.get(cache) ?? new Map<number, Uint8Array>();
  looked.set(cache, moving);
  return Float64Array.from(windows, ({ episode, from }) => {
    const known = moving.get(episode) ?? movingSteps(cache, episode);
    moving.set(episode, known);
    let chance = STILL_CHANCE;
    for (let t = from + warmUp; t < from + steps; t++) chance += known[t];
    return chance;
  });
}

function differs(a: Uint8Array, at: number, b: Uint8Array, bt: number): boolean {
  for (let c = 0; c < 3; c++) if (Math.abs(a[at + c] - b[bt + c]) > CHANGED) return true;
  return false;
}

/** Whether both looks of a pixel are the plate in some light (Horprasert et al. 1999). */
function isShadow(frames: Uint8Array, now: number, next: number, plate: Uint8Array, at: number): boolean {
  return [now, next].every((look) => {
    let dot = 0;
    let square = 1e-6;
    for (let c = 0; c < 3; c++) {
      dot += frames[look + c] * plate[at + c];
      square += plate[at + c] ** 2;
    }
    const light = Math.max(DARKEST_SHADOW, Math.min(BRIGHTEST_TABLE, dot / square));
    for (let c = 0; c < 3; c++) {
      if (Math.abs(frames[look + c] - light * plate[at + c]) > CHANGED) return false;
    }
    return true;
  });
}
