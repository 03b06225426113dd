/** A picture of the arm at rest, however late the camera's pictures are: a busy computer can hold them back for a second. */
import type { Camera } from '../camera/camera.ts';
import { changedShare } from '../camera/latency.ts';
import type { Frame } from '../spec/frame.ts';

export const FRAME_TIMEOUT_MS = 5000;
/** Pictures in a row that are alike, over so long, show nothing that moves. */
const ALIKE_PICTURES = 5;
const ALIKE_MS = 400;
/** A smaller share of changed pixels is noise: the arm's tip alone is four times as much. */
const NOISE_SHARE = 0.001;
/** Then the picture is taken as it is, ms: the fit to all poses will tell whether it is any good. */
const PATIENCE_MS = 4000;

/**
 * The first picture after which nothing changes any more. One that is like `before`, taken when what is seen was still
 * somewhere else, is older than the move and does not count.
 */
export async function settledFrame(camera: Camera, before: Frame | null): Promise<Frame> {
  const next = (): ReturnType<Camera['next']> => camera.next(FRAME_TIMEOUT_MS);
  let first = await next();
  const startMs = first.timestampMs;
  for (let alike = 1; ; alike++) {
    const now = await next();
    if (now.timestampMs - startMs > PATIENCE_MS) return now.frame;
    if (
      changedShare(first.frame, now.frame) > NOISE_SHARE ||
      (before !== null && changedShare(before, now.frame) <= NOISE_SHARE)
    ) {
      [first, alike] = [now, 0];
    } else if (alike >= ALIKE_PICTURES && now.timestampMs - first.timestampMs >= ALIKE_MS) {
      return now.frame;
    }
  }
}
