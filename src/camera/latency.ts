/**
 * How old a picture is when it arrives. Only an event whose time is known tells: something is made to move, and the first
 * picture that shows it ends the wait. What the exposure, the device, the cable and ffmpeg take is all in it.
 */
import { ensure } from '../spec/errors.ts';
import type { Frame } from '../spec/frame.ts';
import type { FfmpegCamera } from './ffmpeg-camera.ts';

/** Pictures of the unchanged scene, from which its noise is known. */
const STILL_PICTURES = 12;
/** So much more than the noisiest difference of still pictures is a change. */
const BEYOND_NOISE = 1.5;
/** Below this share of changed pixels nothing has moved: the flicker of one lamp is not an arm. */
const LEAST_CHANGED = 0.0005;
/** A pixel has changed when a colour differs by so much, grey levels. */
const CHANGED_LEVELS = 16;
const TIMEOUT_MS = 3000;

/**
 * Time from `cause` to the first picture that shows it, ms, on the camera's clock. What is moved needs a moment to start:
 * take the smallest of several.
 *
 * @param camera its `latencyMs` set to 0
 * @throws ForesightError when nothing changes in the picture
 */
export async function measureLatency(
  camera: FfmpegCamera,
  cause: () => void | Promise<void>,
): Promise<number> {
  const { frame: before } = await camera.next(TIMEOUT_MS);
  let noise = LEAST_CHANGED;
  for (let i = 0; i < STILL_PICTURES; i++) {
    noise = Math.max(noise, changedShare(before, (await camera.next(TIMEOUT_MS)).frame));
  }
  ensure(noise < 0.2, 'the picture changes all the time', 'let nothing else move, and lock the exposure');
  const causedMs = camera.nowMs();
  await cause();
  for (let seen = 0; camera.nowMs() - causedMs < TIMEOUT_MS; seen++) {
    const { frame, timestampMs } = await camera.next(TIMEOUT_MS);
    if (changedShare(before, frame) > BEYOND_NOISE * noise) return timestampMs - causedMs;
  }
  ensure(false, 'nothing moved in the picture', 'see that the camera looks at the gripper');
}

/** Share of the pixels that differ. */
export function changedShare(a: Frame, b: Frame): number {
  let changed = 0;
  for (let i = 0; i < a.data.length; i += 3) {
    const difference = Math.max(
      Math.abs(a.data[i] - b.data[i]),
      Math.abs(a.data[i + 1] - b.data[i + 1]),
      Math.abs(a.data[i + 2] - b.data[i + 2]),
    );
    if (difference > CHANGED_LEVELS) changed++;
  }
  return (3 * changed) / a.data.length;
}
