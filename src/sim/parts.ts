/** The solids that things in the tabletop world are built from, in metres in their body's frame. */
import type { Vector3 } from '../spec/action.ts';

/** Red, green and blue in 0..1. */
export type Rgb = readonly [number, number, number];

interface Painted {
  readonly colour: Rgb;
  /** Painted on: seen by the camera, felt by nothing. */
  readonly decoration?: boolean;
}

export interface BoxPart extends Painted {
  readonly kind: 'box';
  readonly centre: Vector3;
  readonly half: Vector3;
  /** Rotation about z, radians. */
  readonly yawRad?: number;
}

/** An upright cylinder. */
export interface CylinderPart extends Painted {
  readonly kind: 'cylinder';
  readonly centre: Vector3;
  readonly radius: number;
  readonly halfHeight: number;
}

export interface CapsulePart extends Painted {
  readonly kind: 'capsule';
  readonly from: Vector3;
  readonly to: Vector3;
  readonly radius: number;
}

export interface SpherePart extends Painted {
  readonly kind: 'sphere';
  readonly centre: Vector3;
  readonly radius: number;
}

export type Part = BoxPart | CylinderPart | CapsulePart | SpherePart;

/** Volume in cubic metres, to share a body's mass among its parts. */
export function partVolume(part: Part): number {
  switch (part.kind) {
    case 'box':
      return 8 * part.half[0] * part.half[1] * part.half[2];
    case 'cylinder':
      return 2 * Math.PI * part.radius ** 2 * part.halfHeight;
    case 'capsule': {
      const length = Math.hypot(...part.to.map((v, k) => v - part.from[k]));
      return Math.PI * part.radius ** 2 * (length + (4 / 3) * part.radius);
    }
    case 'sphere':
      return (4 / 3) * Math.PI * part.radius ** 3;
  }
}

/** Height of the part's upper surface above (x, y), or -Infinity beside it. */
export function partTop(part: Part, x: number, y: number): number {
  switch (part.kind) {
    case 'box': {
      const c = Math.cos(part.yawRad ?? 0);
      const s = Math.sin(part.yawRad ?? 0);
      const dx = x - part.centre[0];
      const dy = y - part.centre[1];
      const inside = Math.abs(c * dx + s * dy) <= part.half[0] && Math.abs(c * dy - s * dx) <= part.half[1];
      return inside ? part.centre[2] + part.half[2] : -Infinity;
    }
    case 'cylinder': {
      const inside = Math.hypot(x - part.centre[0], y - part.centre[1]) <= part.radius;
      return inside ? part.centre[2] + part.halfHeight : -Infinity;
    }
    case 'sphere': {
      const squared = part.radius ** 2 - (x - part.centre[0]) ** 2 - (y - part.centre[1]) ** 2;
      return squared >= 0 ? part.centre[2] + Math.sqrt(squared) : -Infinity;
    }
    case 'capsule':
      // Capsules are handles: nothing stands on them.
      return -Infinity;
  }
}

/** How far the part reaches from the body's vertical axis, metres. */
export function partReach(part: Part): number {
  switch (part.kind) {
    case 'box': {
      const c = Math.cos(part.yawRad ?? 0);
      const s = Math.sin(part.yawRad ?? 0);
      const corners = [-1, 1].flatMap((a) => [-1, 1].map((b) => [a * part.half[0], b * part.half[1]]));
      return Math.max(
        ...corners.map(([u, v]) =>
          Math.hypot(part.centre[0] + c * u - s * v, part.centre[1] + s * u + c * v),
        ),
      );
    }
    case 'cylinder':
    case 'sphere':
      return Math.hypot(part.centre[0], part.centre[1]) + part.radius;
    case 'capsule':
      return Math.max(...[part.from, part.to].map(([x, y]) => Math.hypot(x, y))) + part.radius;
  }
}
