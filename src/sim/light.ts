/** How bright a solid's surface is in the light of the scene. */
import type { Look } from './look.ts';
import { intoSolid, normalAt, type Kind, type SolidSet } from './solids.ts';

/** One point after the other: what it says of the last is overwritten by the next. */
export class Light {
  /** Of the last point that it shone on, 0..1. */
  readonly colour = new Float64Array(3);
  readonly #solids: SolidSet;
  readonly #light: Look['light'];
  readonly #normal = new Float64Array(3);

  constructor(solids: SolidSet, light: Look['light']) {
    this.#solids = solids;
    this.#light = light;
  }

  /** Cosine between the light and the normal of a solid's surface at a point, metres. */
  facing(solid: number, x: number, y: number, z: number): number {
    const { kind, size, rotation: R } = this.#solids;
    const r = 9 * solid;
    const s = 3 * solid;
    const n = this.#normal;
    intoSolid(this.#solids, solid, x, y, z, n);
    normalAt(kind[solid] as Kind, size[s], size[s + 1], size[s + 2], n[0], n[1], n[2], n);
    const nx = n[0];
    const ny = n[1];
    const nz = n[2];
    n[0] = R[r] * nx + R[r + 1] * ny + R[r + 2] * nz;
    n[1] = R[r + 3] * nx + R[r + 4] * ny + R[r + 5] * nz;
    n[2] = R[r + 6] * nx + R[r + 7] * ny + R[r + 8] * nz;
    const [lx, ly, lz] = this.#light.direction;
    return n[0] * lx + n[1] * ly + n[2] * lz;
  }

  /** Lambert's law, with light from the sky: more of it reaches what faces up. */
  shine(solid: number, facing: number, lit: boolean, brightness: number): void {
    const { ambient, strength } = this.#light;
    const sky = ambient * (0.82 + 0.18 * this.#normal[2]);
    const amount = brightness * (sky + (lit ? strength * Math.max(0, facing) : 0));
    const albedo = this.#solids.colour;
    for (let k = 0; k < 3; k++) this.colour[k] = Math.min(1, amount * albedo[3 * solid + k]);
  }
}

/** Wood-like lines across the table, -1..1. */
export function grain(x: number, y: number, phase: number): number {
  const bend = 0.9 * Math.sin(11 * x + phase) + 0.4 * Math.sin(31 * x + 2 * phase);
  return 0.6 * Math.sin(95 * y + bend + phase) + 0.4 * Math.sin(230 * y + 2.3 * bend);
}
