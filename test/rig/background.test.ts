import { describe, expect, it } from 'vitest';
import { Background, isPlateOf } from '../../src/rig/background.ts';
import { makeFrame, type Frame, type Mask } from '../../src/spec/frame.ts';

const SIZE = { height: 2, width: 3 };
const frame = (...levels: number[]): Frame =>
  makeFrame(SIZE, Uint8Array.from(levels.flatMap((v) => [v, v, v])));
const arm = (...covered: number[]): Mask => ({ ...SIZE, data: Float32Array.from(covered) });
const nowhere = arm(0, 0, 0, 0, 0, 0);
const levels = ({ data }: Frame): number[] => [...data].filter((_, i) => i % 3 === 0);

describe('the background of a table that nobody clears', () => {
  it('is what most photographs agree on: things that move about vanish', () => {
    const background = new Background(SIZE);
    for (let thing = 0; thing < 5; thing++) {
      background.add(frame(...[0, 1, 2, 3, 4, 5].map((at) => (at === thing ? 200 : 50))), nowhere);
    }
    expect(levels(background.plate())).toEqual([50, 50, 50, 50, 50, 50]);
  });

  it('takes from each photograph what the arm leaves to be seen, and the newest where it never does', () => {
    const background = new Background(SIZE);
    background.add(frame(9, 9, 50, 50, 50, 7), arm(1, 1, 0, 0, 0, 1));
    background.add(frame(60, 60, 9, 9, 60, 8), arm(0, 0, 1, 1, 0, 1));
    expect(levels(background.plate())).toEqual([60, 60, 50, 50, 50, 8]);
  });

  it('forgets old photographs, and all of them when told', () => {
    const background = new Background(SIZE);
    for (let i = 0; i < 15; i++) background.add(frame(10, 10, 10, 10, 10, 10), nowhere);
    for (let i = 0; i < 8; i++) background.add(frame(90, 90, 90, 90, 90, 90), nowhere);
    expect(background.count).toBe(15);
    expect(levels(background.plate())[0]).toBe(90);
    background.forget();
    expect(() => background.plate()).toThrow('no photograph yet');
  });

  it('refuses photographs of another size', () => {
    expect(() => new Background({ height: 3, width: 3 }).add(frame(1, 1, 1, 1, 1, 1), nowhere)).toThrow(
      'expected 3x3, got 3x2',
    );
  });
});

describe('a remembered plate', () => {
  const plate = frame(50, 50, 50, 50, 50, 50);

  it('is of this table whatever stands on less than half of it, and wherever the arm is', () => {
    expect(isPlateOf(plate, frame(50, 52, 49, 50, 200, 200), nowhere)).toBe(true);
    expect(isPlateOf(plate, frame(200, 200, 200, 200, 50, 50), arm(1, 1, 1, 1, 0, 0))).toBe(true);
  });

  it('is not when the light has changed, or the picture has another size', () => {
    expect(isPlateOf(plate, frame(80, 80, 80, 80, 80, 80), nowhere)).toBe(false);
    expect(isPlateOf(makeFrame({ height: 4, width: 4 }), plate, nowhere)).toBe(false);
  });
});
