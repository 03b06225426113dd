/** How a live camera does: its rate, how even it is, how old its pictures are when they are handed over. */
import type { FfmpegCamera } from './ffmpeg-camera.ts';

const FRAME_TIMEOUT_MS = 5000;

export interface CameraMeasurement {
  readonly pictures: number;
  /** Pictures a second. */
  readonly hz: number;
  /** The longest wait between two pictures, ms. */
  readonly longestGapMs: number;
  /** Median age of a picture when it is handed over, ms, the rig's latency included. */
  readonly ageMs: number;
  /** For how long the picture has been the same to the last bit, ms. */
  readonly sameForMs: number;
}

/** Watches for so long, seconds. Throws a ForesightError when the camera stops. */
export async function measureCamera(camera: FfmpegCamera, seconds: number): Promise<CameraMeasurement> {
  const stamps: number[] = [];
  const ages: number[] = [];
  const untilMs = camera.nowMs() + 1000 * seconds;
  while (camera.nowMs() < untilMs || stamps.length < 2) {
    const { timestampMs } = await camera.next(FRAME_TIMEOUT_MS);
    stamps.push(timestampMs);
    ages.push(camera.nowMs() - timestampMs);
  }
  const gaps = stamps.slice(1).map((stamp, i) => stamp - stamps[i]);
  return {
    pictures: stamps.length,
    hz: (1000 * gaps.length) / (stamps[stamps.length - 1] - stamps[0]),
    longestGapMs: Math.max(...gaps),
    ageMs: ages.sort((a, b) => a - b)[ages.length >> 1],
    sameForMs: camera.health().sameForMs,
  };
}
