import { describe, expect, it } from 'vitest';
import { makeFrame, type Frame, type Mask } from '../../src/spec/frame.ts';
import { findBlobs } from '../../src/video/blobs.ts';

const SIZE = { height: 40, width: 60 } as const;
const noArm: Mask = { ...SIZE, data: new Float32Array(40 * 60) };

function table(): Frame {
  const frame = makeFrame(SIZE);
  for (let at = 0; at < frame.data.length; at += 3) frame.data.set([180, 160, 130], at);
  return frame;
}

function paint(
  frame: Frame,
  [top, left, height, width]: number[],
  colour: (r: number) => readonly number[],
): void {
  for (let row = top; row < top + height; row++) {
    for (let col = left; col < left + width; col++) {
      const at = 3 * (row * frame.width + col);
      frame.data.set(colour(frame.data[at]), at);
    }
  }
}

describe('findBlobs', () => {
  it('finds things, largest first, with their centres and areas', () => {
    const frame = table();
    paint(frame, [5, 10, 6, 8], () => [30, 60, 200]);
    paint(frame, [20, 40, 10, 12], () => [220, 60, 40]);
    const blobs = findBlobs(frame, table(), noArm);
    expect(blobs.map(({ centre, area }) => ({ centre, area }))).toEqual([
      { centre: { row: 24.5, col: 45.5 }, area: 120 },
      { centre: { row: 7.5, col: 13.5 }, area: 48 },
    ]);
  });

  it('finds nothing on the empty table, in noise or in a shadow', () => {
    const frame = table();
    frame.data.forEach((v, i) => (frame.data[i] = v + ((i * 7919) % 13) - 6));
    expect(findBlobs(frame, table(), noArm)).toEqual([]);
    paint(frame, [10, 10, 12, 12], () => [108, 96, 78]);
    expect(findBlobs(frame, table(), noArm)).toEqual([]);
  });

  it('does not look where the arm is', () => {
    const frame = table();
    paint(frame, [5, 10, 6, 8], () => [30, 60, 200]);
    const everywhere: Mask = { ...SIZE, data: new Float32Array(40 * 60).fill(1) };
    expect(findBlobs(frame, table(), everywhere)).toEqual([]);
  });

  it('drops specks and keeps things apart that touch at a corner only', () => {
    const frame = table();
    paint(frame, [2, 2, 1, 1], () => [30, 60, 200]);
    paint(frame, [10, 10, 5, 5], () => [30, 60, 200]);
    paint(frame, [15, 15, 5, 5], () => [30, 60, 200]);
    expect(findBlobs(frame, table(), noArm).map((blob) => blob.area)).toEqual([25, 25]);
  });

  it('says so when sizes differ', () => {
    expect(() => findBlobs(table(), makeFrame({ height: 2, width: 2 }), noArm)).toThrow('must have one size');
  });
});
