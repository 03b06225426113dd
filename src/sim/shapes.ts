/**
 * The shapes that objects come in. Each is a list of parts in the body's frame: x and y from the middle of the
 * footprint, z from the surface it stands on. A new shape is one entry.
 */
import type { Vector3 } from '../spec/action.ts';
import type { Random } from '../spec/random.ts';
import type { BoxPart, CylinderPart, Part, Rgb } from './parts.ts';

/** What an object is drawn for: play, or tests with shapes and colours that play never shows. */
export type Variety = 'play' | 'test';

interface Shape {
  readonly variety: Variety;
  /** Parts of one exemplar, its measures drawn from `random`, painted in the two colours. */
  readonly build: (random: Random, first: Rgb, second: Rgb) => Part[];
}

/** A layer of paint stands this far out of what it is painted on, metres: thick enough for a ray to tell. */
const PAINT_M = 0.0004;

function box(colour: Rgb, x: number, y: number, half: readonly [number, number], height: number): BoxPart {
  return { kind: 'box', centre: [x, y, height / 2], half: [half[0], half[1], height / 2], colour };
}

function turned(part: BoxPart, yawRad: number): BoxPart {
  return { ...part, yawRad };
}

function cylinder(colour: Rgb, x: number, y: number, radius: number, height: number): CylinderPart {
  return { kind: 'cylinder', centre: [x, y, height / 2], radius, halfHeight: height / 2, colour };
}

function raised<P extends BoxPart | CylinderPart>(part: P, by: number): P {
  const centre: Vector3 = [part.centre[0], part.centre[1], part.centre[2] + by];
  return { ...part, centre };
}

/** The same solid, slightly larger: paint around it. */
function paint(part: BoxPart): BoxPart {
  const half = part.half.map((v) => v + PAINT_M) as unknown as Vector3;
  return { ...part, half, decoration: true };
}

export const SHAPES: Readonly<Record<string, Shape>> = {
  box: {
    variety: 'play',
    build: (random, first, second) => {
      const half: [number, number] = [random.uniform(0.024, 0.035), random.uniform(0.022, 0.03)];
      const height = random.uniform(0.03, 0.045);
      return [
        box(first, 0, 0, half, height),
        paint(box(second, half[0] * 0.35, 0, [half[0] * 0.2, half[1]], height)),
      ];
    },
  },
  slab: {
    variety: 'play',
    build: (random, first, second) => {
      const half: [number, number] = [random.uniform(0.032, 0.038), random.uniform(0.024, 0.029)];
      const height = random.uniform(0.018, 0.024);
      return [
        box(first, 0, 0, half, height),
        paint(box(second, 0, half[1] * 0.45, [half[0], half[1] * 0.2], height)),
      ];
    },
  },
  bar: {
    variety: 'play',
    build: (random, first, second) => {
      const half: [number, number] = [random.uniform(0.038, 0.044), random.uniform(0.0125, 0.016)];
      const height = random.uniform(0.022, 0.032);
      return [
        box(first, 0, 0, half, height),
        paint(box(second, half[0] * 0.7, 0, [half[0] * 0.12, half[1]], height)),
      ];
    },
  },
  cylinder: {
    variety: 'play',
    build: (random, first, second) => {
      const radius = random.uniform(0.022, 0.03);
      const height = random.uniform(0.03, 0.045);
      const spot = cylinder(second, radius * 0.4, 0, radius * 0.35, 2 * PAINT_M);
      return [cylinder(first, 0, 0, radius, height), { ...raised(spot, height - PAINT_M), decoration: true }];
    },
  },
  disc: {
    variety: 'play',
    build: (random, first, second) => {
      const radius = random.uniform(0.032, 0.042);
      const height = random.uniform(0.018, 0.023);
      const stripe = box(second, 0, 0, [radius * 0.9, radius * 0.22], 2 * PAINT_M);
      return [
        cylinder(first, 0, 0, radius, height),
        { ...raised(stripe, height - PAINT_M), decoration: true },
      ];
    },
  },
  L: {
    variety: 'play',
    build: (random, first, second) => {
      const length = random.uniform(0.03, 0.037);
      const width = random.uniform(0.0125, 0.015);
      const height = random.uniform(0.022, 0.032);
      return [
        box(first, 0, width - length, [length, width], height),
        box(second, width - length, width, [width, length - width], height),
      ];
    },
  },
  T: {
    variety: 'play',
    build: (random, first, second) => {
      const length = random.uniform(0.034, 0.041);
      const width = random.uniform(0.0125, 0.015);
      const stem = random.uniform(0.016, 0.022);
      const height = random.uniform(0.022, 0.032);
      return [
        box(first, 0, -stem / 2, [length, width], height),
        box(second, 0, width + stem / 2, [width, stem], height),
      ];
    },
  },
  U: {
    variety: 'play',
    build: (random, first, second) => {
      const length = random.uniform(0.031, 0.037);
      const width = random.uniform(0.011, 0.013);
      const arm = random.uniform(0.013, 0.018);
      const height = random.uniform(0.022, 0.03);
      return [
        box(first, 0, -arm, [length, width], height),
        box(second, length - width, width, [width, arm], height),
        box(second, width - length, width, [width, arm], height),
      ];
    },
  },
  mug: {
    variety: 'play',
    build: (random, first, second) => {
      const radius = random.uniform(0.023, 0.029);
      const height = random.uniform(0.035, 0.048);
      const handle = 0.005;
      const out = radius + 0.013;
      const inside = cylinder(second, 0, 0, radius * 0.8, 2 * PAINT_M);
      const bar = (from: Vector3, to: Vector3): Part => ({
        kind: 'capsule',
        from,
        to,
        radius: handle,
        colour: first,
      });
      return [
        cylinder(first, 0, 0, radius, height),
        { ...raised(inside, height - PAINT_M), decoration: true },
        bar([radius - 0.004, 0, height * 0.78], [out, 0, height * 0.78]),
        bar([out, 0, height * 0.78], [out, 0, height * 0.28]),
        bar([out, 0, height * 0.28], [radius - 0.004, 0, height * 0.28]),
      ];
    },
  },
  tower: {
    variety: 'play',
    build: (random, first, second) => {
      const half = random.uniform(0.023, 0.028);
      const step = random.uniform(0.018, 0.022);
      const top = random.uniform(0.015, 0.022);
      return [
        box(first, 0, 0, [half, half], step),
        raised(box(second, 0, 0, [half * 0.68, half * 0.68], top), step),
      ];
    },
  },
  dome: {
    variety: 'play',
    build: (random, first, second) => {
      const radius = random.uniform(0.026, 0.034);
      const height = random.uniform(0.018, 0.022);
      return [
        cylinder(first, 0, 0, radius, height),
        { kind: 'sphere', centre: [0, 0, height - 0.002], radius: radius * 0.45, colour: second },
      ];
    },
  },
  cross: {
    variety: 'test',
    build: (random, first, second) => {
      const length = random.uniform(0.03, 0.038);
      const width = random.uniform(0.0115, 0.014);
      const height = random.uniform(0.022, 0.03);
      return [
        box(first, 0, 0, [length, width], height),
        box(second, 0, (length + width) / 2, [width, (length - width) / 2], height),
        box(second, 0, -(length + width) / 2, [width, (length - width) / 2], height),
      ];
    },
  },
  Z: {
    variety: 'test',
    build: (random, first, second) => {
      const length = random.uniform(0.019, 0.023);
      const width = random.uniform(0.0115, 0.014);
      const height = random.uniform(0.022, 0.03);
      return [
        box(first, 0, 0, [width, length], height),
        box(second, width + length / 2, length - width, [length / 2, width], height),
        box(second, -(width + length / 2), width - length, [length / 2, width], height),
      ];
    },
  },
  triangle: {
    variety: 'test',
    build: (random, first, second) => {
      const inner = random.uniform(0.013, 0.015);
      const width = 0.0075;
      const height = random.uniform(0.022, 0.03);
      const plate = cylinder(second, 0, 0, inner, height);
      const sides = [0, 1, 2].map((k) => {
        const turn = (2 * Math.PI * k) / 3;
        const away = inner + width * 0.5;
        const side = box(
          first,
          Math.cos(turn) * away,
          Math.sin(turn) * away,
          [width, Math.sqrt(3) * inner + width],
          height,
        );
        return turned(side, turn);
      });
      return [plate, ...sides];
    },
  },
};
