/**
 * Rays against boxes, cylinders, capsules and spheres, each in its own frame (centre at the origin, round
 * solids along z), and the solids of a scene as flat arrays. Formulas as in Ericson, Real-Time Collision
 * Detection, ch. 5.3.
 */
import type { Part, Rgb } from './parts.ts';

export const BOX = 0;
export const CYLINDER = 1;
export const CAPSULE = 2;
export const SPHERE = 3;
export type Kind = typeof BOX | typeof CYLINDER | typeof CAPSULE | typeof SPHERE;

/**
 * How far along the direction d the ray from o enters the solid, in lengths of d; Infinity when it misses,
 * or when o lies inside or beyond.
 *
 * @param a,b,c half extents of a box; radius and half length along z of a cylinder or capsule; radius of a sphere
 */
export function enter(
  kind: Kind,
  a: number,
  b: number,
  c: number,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  if (kind === BOX) return enterBox(a, b, c, ox, oy, oz, dx, dy, dz);
  if (kind === CYLINDER) return enterCylinder(a, b, ox, oy, oz, dx, dy, dz);
  if (kind === CAPSULE) return enterCapsule(a, b, ox, oy, oz, dx, dy, dz);
  return enterSphere(a, ox, oy, oz, dx, dy, dz);
}

function enterBox(
  a: number,
  b: number,
  c: number,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  // Three slabs. A ray within a slab's plane divides by zero: the infinities sort themselves out.
  const ix = 1 / dx;
  const iy = 1 / dy;
  const iz = 1 / dz;
  const mx = -ox * ix;
  const my = -oy * iy;
  const mz = -oz * iz;
  const wx = Math.abs(ix) * a;
  const wy = Math.abs(iy) * b;
  const wz = Math.abs(iz) * c;
  const near = Math.max(mx - wx, my - wy, mz - wz);
  const far = Math.min(mx + wx, my + wy, mz + wz);
  return near <= far && near > 0 ? near : Infinity;
}

function enterCylinder(
  radius: number,
  half: number,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  const dd = dx * dx + dy * dy;
  const od = ox * dx + oy * dy;
  const discriminant = od * od - dd * (ox * ox + oy * oy - radius * radius);
  if (discriminant >= 0 && dd > 0) {
    const t = (-od - Math.sqrt(discriminant)) / dd;
    if (t > 0 && Math.abs(oz + t * dz) <= half) return t;
  }
  const t = (oz > 0 ? half - oz : -half - oz) / dz;
  if (t > 0 && Math.abs(oz) > half) {
    const x = ox + t * dx;
    const y = oy + t * dy;
    if (x * x + y * y <= radius * radius) return t;
  }
  return Infinity;
}

function enterCapsule(
  radius: number,
  half: number,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  const dd = dx * dx + dy * dy;
  const od = ox * dx + oy * dy;
  const discriminant = od * od - dd * (ox * ox + oy * oy - radius * radius);
  if (discriminant < 0) return Infinity;
  const side = dd > 0 ? (-od - Math.sqrt(discriminant)) / dd : -Infinity;
  const z = dd > 0 ? oz + side * dz : -dz * Infinity;
  if (side > 0 && Math.abs(z) <= half) return side;
  return enterSphere(radius, ox, oy, z > 0 ? oz - half : oz + half, dx, dy, dz);
}

function enterSphere(
  radius: number,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  const dd = dx * dx + dy * dy + dz * dz;
  const od = ox * dx + oy * dy + oz * dz;
  const discriminant = od * od - dd * (ox * ox + oy * oy + oz * oz - radius * radius);
  if (discriminant < 0) return Infinity;
  const t = (-od - Math.sqrt(discriminant)) / dd;
  return t > 0 ? t : Infinity;
}

/** Outward unit normal at (x, y, z) on the solid's surface, into `out`. */
export function normalAt(
  kind: Kind,
  a: number,
  b: number,
  c: number,
  x: number,
  y: number,
  z: number,
  out: Float64Array,
): void {
  out.fill(0);
  if (kind === BOX) {
    const ex = Math.abs(x) - a;
    const ey = Math.abs(y) - b;
    const ez = Math.abs(z) - c;
    if (ex >= ey && ex >= ez) out[0] = Math.sign(x);
    else if (ey >= ez) out[1] = Math.sign(y);
    else out[2] = Math.sign(z);
  } else if (kind === CYLINDER && b - Math.abs(z) <= a - Math.hypot(x, y)) {
    out[2] = Math.sign(z);
  } else {
    out[0] = x / a;
    out[1] = y / a;
    if (kind === CAPSULE) out[2] = (z - Math.max(-b, Math.min(b, z))) / a;
    if (kind === SPHERE) out[2] = z / a;
  }
}

/** The solids of a scene, flat, in MuJoCo's geom order. */
export interface SolidSet {
  readonly count: number;
  readonly kind: Uint8Array;
  /** Three numbers a solid, as `enter` takes them. */
  readonly size: Float64Array;
  /** Half extents of the box around each solid, in its own frame. */
  readonly extent: Float64Array;
  readonly colour: Float64Array;
  /** World positions (3 a solid) and row-major rotations (9 a solid), copied in before each picture. */
  readonly position: Float64Array;
  readonly rotation: Float64Array;
}

/** A point (x, y, z) of the world, metres, in the frame of solid `i`, into `out`. */
export function intoSolid(
  { position: p, rotation: R }: SolidSet,
  i: number,
  x: number,
  y: number,
  z: number,
  out: Float64Array,
): void {
  const r = 9 * i;
  const px = x - p[3 * i];
  const py = y - p[3 * i + 1];
  const pz = z - p[3 * i + 2];
  out[0] = R[r] * px + R[r + 3] * py + R[r + 6] * pz;
  out[1] = R[r + 1] * px + R[r + 4] * py + R[r + 7] * pz;
  out[2] = R[r + 2] * px + R[r + 5] * py + R[r + 8] * pz;
}

export function makeSolidSet(parts: readonly Part[]): SolidSet {
  const set: SolidSet = {
    count: parts.length,
    kind: new Uint8Array(parts.length),
    size: new Float64Array(3 * parts.length),
    extent: new Float64Array(3 * parts.length),
    colour: new Float64Array(3 * parts.length),
    position: new Float64Array(3 * parts.length),
    rotation: new Float64Array(9 * parts.length),
  };
  parts.forEach((part, i) => {
    const [kind, size, extent] = measures(part);
    set.kind[i] = kind;
    set.size.set(size, 3 * i);
    set.extent.set(extent, 3 * i);
    set.colour.set(part.colour satisfies Rgb, 3 * i);
  });
  return set;
}

function measures(part: Part): [Kind, readonly number[], readonly number[]] {
  switch (part.kind) {
    case 'box':
      return [BOX, part.half, part.half];
    case 'cylinder':
      return [CYLINDER, [part.radius, part.halfHeight, 0], [part.radius, part.radius, part.halfHeight]];
    case 'capsule': {
      const half = Math.hypot(...part.to.map((v, k) => v - part.from[k])) / 2;
      return [CAPSULE, [part.radius, half, 0], [part.radius, part.radius, half + part.radius]];
    }
    case 'sphere':
      return [SPHERE, [part.radius, 0, 0], [part.radius, part.radius, part.radius]];
  }
}
