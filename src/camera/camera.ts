import type { Frame, FrameSize } from '../spec/frame.ts';

/** A frame and when it was taken, on the rig's clock. */
export interface TimedFrame {
  readonly frame: Frame;
  readonly timestampMs: number;
}

/**
 * A live camera that hands out its newest frame, cropped and scaled to `size`. Every implementation passes
 * `test/contract/camera.ts`.
 */
export interface Camera {
  readonly name: string;
  readonly size: FrameSize;
  /** A frame taken after this call. Throws a ForesightError when none comes within `timeoutMs`. */
  next(timeoutMs: number): Promise<TimedFrame>;
  /** The newest frame. Throws a ForesightError when it is older than `maxAgeMs`. */
  latest(maxAgeMs: number): Promise<TimedFrame>;
  /** Gives the device back. Safe to call twice; a closed camera throws on `next` and `latest`. */
  close(): Promise<void>;
}
