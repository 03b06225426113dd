/**
 * Mirrored play is play too: half of each batch is flipped left to right. Positions and actions stay in metres;
 * it is the camera that is mirrored, in its projection.
 */
import type { Value, Values } from '../compute/compute.ts';

const PICTURES = ['frames', 'armMask', 'plate'] as const;

/** Flips the first `count` windows of a batch (see `batchSpecs`) in place. */
export function mirrorWindows(batch: Values, count: number): void {
  for (const name of PICTURES) mirrorPictures(batch[name], count);
  const width = batch.plate.shape[2];
  mirrorCameras(batch.camera, count, width);
}

/** @param value [B, ..., h, w, C] */
function mirrorPictures(value: Value, count: number): void {
  const channels = value.shape[value.shape.length - 1];
  const width = value.shape[value.shape.length - 2];
  const { data } = value;
  const end = (data.length / value.shape[0]) * count;
  const line = width * channels;
  for (let start = 0; start < end; start += line) {
    for (let left = 0, right = width - 1; left < right; left++, right--) {
      for (let c = 0; c < channels; c++) {
        const a = start + left * channels + c;
        const b = start + right * channels + c;
        const kept = data[a];
        data[a] = data[b];
        data[b] = kept;
      }
    }
  }
}

/** col -> w - 1 - col: the matrix's first row becomes (w - 1) times the third, less itself. */
function mirrorCameras({ data }: Value, count: number, width: number): void {
  for (let b = 0; b < count; b++) {
    for (let k = 0; k < 4; k++) {
      const col = 12 * b + k;
      data[col] = (width - 1) * data[12 * b + 8 + k] - data[col];
    }
  }
}
