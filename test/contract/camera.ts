/** What every camera promises (`src/camera/camera.ts`). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Camera } from '../../src/camera/camera.ts';
import { ForesightError } from '../../src/spec/errors.ts';
import type { FrameSize } from '../../src/spec/frame.ts';

export interface CameraBench {
  readonly camera: Camera;
  /** The clock that time stamps are read from. */
  nowMs(): number;
  dispose(): Promise<void>;
}

export interface CameraCase {
  readonly name: string;
  readonly open: () => Promise<CameraBench>;
  readonly size: FrameSize;
}

/** Ample for any camera that works. */
const TIMEOUT_MS = 5000;

export function cameraContract({ name, open, size }: CameraCase): void {
  describe(`camera contract: ${name}`, () => {
    let bench: CameraBench;
    let camera: Camera;
    beforeEach(async () => {
      bench = await open();
      camera = bench.camera;
    });
    afterEach(() => bench.dispose());

    it('gives pictures of its size, with something in them', async () => {
      expect(camera.size).toEqual(size);
      const { frame } = await camera.next(TIMEOUT_MS);
      expect({ height: frame.height, width: frame.width }).toEqual(size);
      expect(frame.data).toHaveLength(size.height * size.width * 3);
      expect(new Set(frame.data).size).toBeGreaterThan(10);
    });

    it('takes the next picture after it was asked', async () => {
      const askedMs = bench.nowMs();
      const first = await camera.next(TIMEOUT_MS);
      const second = await camera.next(TIMEOUT_MS);
      expect(first.timestampMs).toBeGreaterThanOrEqual(askedMs);
      expect(second.timestampMs).toBeGreaterThanOrEqual(first.timestampMs);
    });

    it('gives the latest picture, no older than asked for', async () => {
      await camera.next(TIMEOUT_MS);
      const { timestampMs } = await camera.latest(TIMEOUT_MS);
      expect(bench.nowMs() - timestampMs).toBeLessThanOrEqual(TIMEOUT_MS);
    });

    it('never overwrites a picture it gave away', async () => {
      const { frame } = await camera.next(TIMEOUT_MS);
      const copy = frame.data.slice();
      await camera.next(TIMEOUT_MS);
      expect(frame.data).toEqual(copy);
    });

    it('closes twice without complaint, and gives no more pictures', async () => {
      await camera.close();
      await camera.close();
      await expect(camera.next(TIMEOUT_MS)).rejects.toThrow(ForesightError);
      await expect(camera.latest(TIMEOUT_MS)).rejects.toThrow(ForesightError);
    });
  });
}
