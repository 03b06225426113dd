import { describe, expect, it } from 'vitest';
import { partTop, type Part, type Rgb } from '../../src/sim/parts.ts';
import { drawObjects, RESERVED_HUES } from '../../src/sim/objects.ts';
import { SHAPES } from '../../src/sim/shapes.ts';

function hue([r, g, b]: Rgb): number {
  const high = Math.max(r, g, b);
  const chroma = high - Math.min(r, g, b);
  const sector =
    high === r ? ((g - b) / chroma + 6) % 6 : high === g ? (b - r) / chroma + 2 : (r - g) / chroma + 4;
  return sector / 6;
}

const reserved = (colour: Rgb): boolean =>
  hue(colour) >= RESERVED_HUES.from + 1e-9 && hue(colour) <= RESERVED_HUES.to - 1e-9;

const play = Array.from({ length: 500 }, (_, seed) => drawObjects(seed, 'play'));
const test = Array.from({ length: 100 }, (_, seed) => drawObjects(seed, 'test'));

describe('drawObjects', () => {
  it('draws 1 to 4 objects, every play shape, and never a shape or hue reserved for tests', () => {
    const objects = play.flat();
    const shapes = new Set(objects.map((o) => o.shape));
    const playShapes = Object.keys(SHAPES).filter((name) => SHAPES[name].variety === 'play');
    expect([...shapes].sort()).toEqual(playShapes.sort());
    expect(playShapes.length).toBeGreaterThanOrEqual(8);
    expect(new Set(play.map((scene) => scene.length))).toEqual(new Set([1, 2, 3, 4]));
    for (const object of objects) {
      for (const part of object.parts) expect(reserved(part.colour), object.shape).toBe(false);
    }
  });

  it('draws as many as asked for, or between two numbers, and no more than a table holds', () => {
    const counts = Array.from({ length: 30 }, (_, seed) => drawObjects(seed, 'play', [4, 6]).length);
    expect(new Set(counts)).toEqual(new Set([4, 5, 6]));
    expect(drawObjects(3, 'play', 2)).toHaveLength(2);
    expect(() => drawObjects(3, 'play', [4, 7])).toThrow('expected 0 to 6 objects, got 4 to 7');
  });

  it('draws only reserved shapes and hues for tests', () => {
    const objects = test.flat();
    expect(new Set(objects.map((o) => o.shape)).size).toBeGreaterThanOrEqual(2);
    for (const object of objects) {
      expect(SHAPES[object.shape].variety).toBe('test');
      for (const part of object.parts) expect(reserved(part.colour), object.shape).toBe(true);
    }
  });

  it('keeps sizes, masses and frictions in their ranges, and puts nothing on top of anything else', () => {
    for (const scene of [...play, ...test]) {
      scene.forEach((a, i) => {
        expect(2 * a.footprintRadius, a.shape).toBeGreaterThan(0.04);
        expect(a.footprintRadius, a.shape).toBeLessThan(0.056);
        expect(a.height, a.shape).toBeGreaterThanOrEqual(0.015);
        expect(a.height, a.shape).toBeLessThanOrEqual(0.05);
        expect(a.massKg).toBeGreaterThanOrEqual(0.05);
        expect(a.massKg).toBeLessThanOrEqual(0.2);
        for (const b of scene.slice(0, i)) {
          expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(a.footprintRadius + b.footprintRadius);
        }
      });
    }
  });

  it('has the point of every object on its top surface, near the middle of its footprint', () => {
    for (const object of [...play, ...test].flat()) {
      const [x, y, z] = object.point;
      expect(Math.hypot(x, y), object.shape).toBeLessThan(0.02);
      expect(Math.max(...object.parts.map((part) => partTop(part, x, y)))).toBe(z);
    }
  });

  it('has every object standing on z = 0 with nothing below', () => {
    const bottom = (part: Part): number => {
      if (part.kind === 'box') return part.centre[2] - part.half[2];
      if (part.kind === 'cylinder') return part.centre[2] - part.halfHeight;
      if (part.kind === 'sphere') return part.centre[2] - part.radius;
      return Math.min(part.from[2], part.to[2]) - part.radius;
    };
    for (const object of [...play, ...test].flat()) {
      const solids = object.parts.filter((part) => part.decoration !== true);
      expect(Math.min(...solids.map(bottom)), object.shape).toBeCloseTo(0, 9);
    }
  });

  it('draws the same objects from the same seed, others from another, and as many as asked for', () => {
    expect(drawObjects(7, 'play')).toEqual(play[7]);
    expect(drawObjects(8, 'play')).not.toEqual(play[7]);
    for (let count = 0; count <= 4; count++) expect(drawObjects(3, 'play', count)).toHaveLength(count);
  });
});
