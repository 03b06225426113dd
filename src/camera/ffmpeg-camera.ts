/**
 * Any input of ffmpeg as a live camera: a webcam, a network stream, a file, a test picture. One long-lived ffmpeg crops,
 * scales and sends rgb24; only the newest picture counts. When it ends or falls silent it is started again, ever less
 * eagerly, and whoever asks meanwhile is told what happened.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ForesightError } from '../spec/errors.ts';
import { makeFrame, type FrameSize } from '../spec/frame.ts';
import type { Video } from '../spec/video.ts';
import { resolveBinary } from '../video/binary.ts';
import type { Camera, TimedFrame } from './camera.ts';
import { lockExposure } from './exposure.ts';
import {
  processMs,
  startFfmpeg,
  type Arrival,
  type FfmpegProcess,
  type VideoSource,
} from './ffmpeg-process.ts';
import { faults } from './faults.ts';
import { ffmpegWords, keepEveryFrame } from './ffmpeg-words.ts';
import { isDevice, withoutSecrets } from './input.ts';

/** A camera may need so long for its first picture, ms. */
const OPENING_MS = 15_000;
/** A running ffmpeg that sends nothing for so long is ended and started again, ms. */
const SILENT_MS = 4000;
/** A picture that is late by less than this is a matter of rate and latency, not of a fault, ms. */
const LATE_MS = 500;
/** The first try again comes after this, ms; each further one after twice as long, up to the longest. */
const AGAIN_MS = 250;
const LONGEST_AGAIN_MS = 5000;
/** A device's pictures carry noise: one that stays the same to the last bit for so long is a frozen one, ms. */
const REPEATING_MS = 3000;
/** The rate is that of the last so many pictures. */
const RATE_FRAMES = 30;

export interface FfmpegCameraOptions {
  readonly video: Video;
  /** Size of the frames it gives. */
  readonly size: FrameSize;
  /** Pictures that stay the same to the last bit for so long are an error, ms; by default for devices only. */
  readonly repeatingMs?: number;
  readonly silentMs?: number;
  /** Zero of its clock, on `processMs`'s; that clock itself when not given. */
  readonly epochMs?: number;
  readonly openingMs?: number;
}

/** How a camera does. */
export interface CameraHealth {
  /** Pictures a second of late; null before the second picture. */
  readonly hz: number | null;
  /** Age of the newest, ms, with the latency that the rig gives. */
  readonly ageMs: number | null;
  /** How often the stream had to be opened again. */
  readonly reopened: number;
  /** For how long the picture has been the same to the last bit, ms. */
  readonly sameForMs: number;
  /** What ffmpeg said of the input; null where it said nothing. */
  readonly source: VideoSource | null;
  /** What became of the wish to lock the exposure. */
  readonly exposure: string;
}

export interface FfmpegCamera extends Camera {
  /** The clock of its time stamps, ms. */
  nowMs(): number;
  health(): CameraHealth;
}

/** Opens the input and waits for its first picture. Throws a ForesightError when none comes, with ffmpeg's reason. */
export async function openFfmpegCamera(options: FfmpegCameraOptions): Promise<FfmpegCamera> {
  const { video, size, openingMs = OPENING_MS, silentMs = SILENT_MS, epochMs = 0 } = options;
  const { input, latencyMs } = video;
  const { path } = await resolveBinary();
  const repeatingMs = options.repeatingMs ?? (isDevice(input) ? REPEATING_MS : Infinity);
  const words = ffmpegWords(video, size, await keepEveryFrame(path));
  const openedMs = processMs();

  let newest: (TimedFrame & { readonly arrivedMs: number }) | null = null;
  let arrivals: number[] = [];
  let sameSinceMs = openedMs;
  let source: VideoSource | null = null;
  let exposure = 'automatic';
  let isToLock = false;
  /** The ffmpeg that runs has not sent anything yet. */
  let isOpening = true;
  /** It was ended because it sent nothing. */
  let isSilenced = false;
  let ffmpeg: FfmpegProcess | null = null;
  /** Why there is no ffmpeg now; null while one runs. */
  let gone: string | null = null;
  let reopened = 0;
  let closed = false;
  let pauseMs = AGAIN_MS;
  let again: NodeJS.Timeout | undefined;
  let heardMs = openedMs;
  let waiting: {
    readonly askedMs: number;
    readonly take: (frame: TimedFrame) => void;
    readonly fail: () => void;
  }[] = [];

  const nowMs = (): number => processMs() - epochMs;

  const onFrame = ({ data, atMs, repeats }: Arrival): void => {
    newest = { frame: makeFrame(size, data), timestampMs: atMs - epochMs - latencyMs, arrivedMs: atMs };
    heardMs = atMs;
    isOpening = false;
    pauseMs = AGAIN_MS;
    // A device that was plugged in again has forgotten what it was told.
    if (isToLock) lock().catch((error: unknown) => (exposure = (error as Error).message));
    if (repeats === 0) sameSinceMs = atMs;
    arrivals = [...arrivals.slice(1 - RATE_FRAMES), atMs];
    // Pictures that were taken before somebody asked are not what that one waits for.
    const { frame, timestampMs } = newest;
    const served = waiting.filter(({ askedMs }) => timestampMs >= askedMs);
    waiting = waiting.filter((one) => !served.includes(one));
    for (const { take, fail } of served) {
      if (atMs - sameSinceMs > repeatingMs) fail();
      else take({ frame, timestampMs });
    }
  };

  const lock = async (): Promise<void> => {
    isToLock = false;
    exposure = await lockExposure(video);
  };

  const start = (): void => {
    heardMs = processMs();
    isOpening = true;
    gone = null;
    ffmpeg = startFfmpeg(path, words, size.height * size.width * 3, {
      onFrame,
      onSource: (found) => (source = found),
      onEnd(reason) {
        ffmpeg = null;
        gone = isSilenced ? 'it had fallen silent' : withoutSecrets(reason, input);
        isSilenced = false;
        if (closed) return;
        again = setTimeout(() => {
          reopened++;
          isToLock = newest !== null;
          start();
        }, pauseMs);
        pauseMs = Math.min(2 * pauseMs, LONGEST_AGAIN_MS);
      },
    });
  };

  const watch = setInterval(() => {
    // After a while in which this thread was busy, what came meanwhile is still to be heard.
    ffmpeg?.drain();
    const patienceMs = isOpening ? openingMs : silentMs;
    if (ffmpeg === null || processMs() - heardMs < patienceMs) return;
    isSilenced = true;
    void ffmpeg.stop();
  }, 250);

  /** What is wrong, in the order in which a person would find out. */
  const fault = (): ForesightError => {
    if (closed) return faults.closed(input);
    const silenceMs = processMs() - (newest?.arrivedMs ?? openedMs);
    if (gone !== null) return faults.gone(input, { silenceMs, reason: gone, reopened });
    const sameForMs = (newest?.arrivedMs ?? 0) - sameSinceMs;
    return sameForMs > repeatingMs ? faults.repeating(input, sameForMs) : faults.silent(input, silenceMs);
  };

  const next = (timeoutMs: number): Promise<TimedFrame> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(fault());
        return;
      }
      const fail = (): void => {
        clearTimeout(timer);
        waiting = waiting.filter((one) => one !== entry);
        reject(fault());
      };
      const timer = setTimeout(() => {
        ffmpeg?.drain();
        if (waiting.includes(entry)) fail();
      }, timeoutMs);
      const take = (frame: TimedFrame): void => {
        clearTimeout(timer);
        resolve(frame);
      };
      const entry = { askedMs: nowMs(), take, fail };
      waiting.push(entry);
    });

  const close = async (): Promise<void> => {
    closed = true;
    clearInterval(watch);
    clearTimeout(again);
    for (const { fail } of [...waiting]) fail();
    await ffmpeg?.stop();
  };

  start();
  try {
    await opened();
    await lock();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: 'ffmpeg-camera',
    size,
    nowMs,
    next,
    async latest(maxAgeMs) {
      // What came while the main thread was busy is heard first.
      ffmpeg?.drain();
      if (closed || newest === null || newest.arrivedMs - sameSinceMs > repeatingMs) throw fault();
      const { frame, timestampMs, arrivedMs } = newest;
      const ageMs = nowMs() - timestampMs;
      if (ageMs <= maxAgeMs) return { frame, timestampMs };
      const isWell = gone === null && processMs() - arrivedMs < LATE_MS;
      throw isWell ? faults.tooOld(input, ageMs, maxAgeMs) : fault();
    },
    health: () => ({
      hz: arrivals.length < 2 ? null : (1000 * (arrivals.length - 1)) / (arrivals.at(-1)! - arrivals[0]),
      ageMs: newest === null ? null : nowMs() - newest.timestampMs,
      reopened,
      sameForMs: newest === null ? 0 : newest.arrivedMs - sameSinceMs,
      source,
      exposure,
    }),
    close,
  };

  /** The first picture, or the first end: an input that cannot be opened at all is said at once. */
  async function opened(): Promise<void> {
    const deadline = processMs() + openingMs;
    while (newest === null) {
      if (gone !== null || processMs() > deadline) throw faults.notOpened(input, gone, openingMs);
      await sleep(20);
    }
  }
}
