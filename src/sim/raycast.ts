/**
 * The simulated camera: an analytic ray-caster over the scene's solids. Each solid is tried only on the
 * samples inside its outline's rectangle; what stands still (floor, table, rim) is cast once and kept, and its
 * pixels are copied wherever nothing stands before them or throws a shadow on them.
 */
import type { FrameSize } from '../spec/frame.ts';
import { grain, Light } from './light.ts';
import type { Look } from './look.ts';
import { Shadows } from './shadows.ts';
import { soften } from './soften.ts';
import { enter, type Kind, type SolidSet } from './solids.ts';
import { focalLengthPx, type Viewpoint } from './viewpoint.ts';

/** What the ray-caster needs to know of a scene. */
export interface View {
  readonly solids: SolidSet;
  /** Solids before this index stand still: floor, table, rim. */
  readonly movingFrom: number;
  /** Index of the table top, the one solid with a grain. */
  readonly table: number;
  readonly look: Look;
  readonly viewpoint: Viewpoint;
}

/** Samples along each side of a pixel: 2 x 2. */
export const SAMPLES = 2;

export class RayCaster {
  readonly #view: View;
  readonly #shadows: Shadows;
  readonly #size: FrameSize;
  readonly #samples: number;
  readonly #rows: number;
  readonly #cols: number;
  /** Per sample: distance along its ray, in metres of depth, and the solid it meets (-1: none). */
  readonly #depth: Float64Array;
  readonly #solid: Int16Array;
  /** The same for what stands still, and its colours in the light and in the shade, 3 a sample. */
  readonly #stillDepth: Float64Array;
  readonly #stillSolid: Int16Array;
  readonly #stillLit: Float32Array;
  readonly #stillShaded: Float32Array;
  /** Where each sample of it is, metres, and in which cell of the shadows' grid; and its finished pixels, [h, w, 3]. */
  readonly #stillPoint: Float64Array;
  readonly #stillCell: Uint16Array;
  readonly #stillPixels: Uint8Array;
  /** 1 for the pixels painted last. */
  readonly #painted: Uint8Array;
  readonly #light: Light;

  /** @param samples along each side of a pixel; of one, edges are softened afterwards: a quarter of the work, nearly as good to look at */
  constructor(view: View, size: FrameSize, samples = SAMPLES) {
    this.#view = view;
    this.#shadows = new Shadows(view.solids, view.movingFrom, view.look.light.direction);
    this.#light = new Light(view.solids, view.look.light);
    this.#size = size;
    this.#samples = samples;
    this.#rows = size.height * samples;
    this.#cols = size.width * samples;
    const count = this.#rows * this.#cols;
    this.#painted = new Uint8Array(size.height * size.width);
    this.#depth = new Float64Array(count).fill(Infinity);
    this.#solid = new Int16Array(count).fill(-1);
    this.#stillLit = new Float32Array(3 * count);
    this.#stillShaded = new Float32Array(3 * count);
    for (let i = 0; i < view.movingFrom; i++) this.#cast(i);
    this.#stillDepth = this.#depth.slice();
    this.#stillSolid = this.#solid.slice();
    this.#stillPoint = new Float64Array(3 * count);
    this.#stillCell = new Uint16Array(count);
    this.#paintStill();
    this.#stillPixels = new Uint8Array(3 * size.height * size.width);
    this.#paint(this.#stillPixels, false);
  }

  /**
   * The picture, [h, w, 3] uint8.
   * @param moving whether to draw the arm and the objects, or only what stands still
   */
  render(moving = true): Uint8Array {
    const out = this.#stillPixels.slice();
    if (!moving) return out;
    this.#castAll();
    this.#paint(out, true);
    if (this.#samples > 1) return out;
    return soften(out, { solids: this.#solid, grainy: this.#painted }, this.#size);
  }

  /** Paints every pixel, or those only where something moving is seen or may throw a shadow. */
  #paint(out: Uint8Array, moving: boolean): void {
    const { height, width } = this.#size;
    const n = this.#samples;
    const scale = 255 / (n * n);
    const { colour } = this.#light;
    for (let row = 0; row < height; row++) {
      for (let col = 0; col < width; col++) {
        const pixel = row * width + col;
        this.#painted[pixel] = moving && this.#isStill(row, col) ? 0 : 1;
        if (this.#painted[pixel] === 0) continue;
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let k = 0; k < n * n; k++) {
          const at = (row * n + ((k / n) | 0)) * this.#cols + col * n + (k % n);
          // One sample a pixel: neighbours take the directions of the light in turn.
          const direction = n === 1 ? 2 * (row & 1) + (col & 1) : k & 3;
          this.#shade(at, direction, moving);
          red += colour[0];
          green += colour[1];
          blue += colour[2];
        }
        const o = 3 * pixel;
        out[o] = Math.min(255, red * scale + 0.5);
        out[o + 1] = Math.min(255, green * scale + 0.5);
        out[o + 2] = Math.min(255, blue * scale + 0.5);
      }
    }
  }

  /** Whether a pixel shows nothing that moves, and no shadow of it. */
  #isStill(row: number, col: number): boolean {
    const n = this.#samples;
    const { movingFrom } = this.#view;
    for (let i = 0; i < n; i++) {
      const first = (row * n + i) * this.#cols + col * n;
      for (let at = first; at < first + n; at++) {
        if (this.#solid[at] >= movingFrom || !this.#shadows.isClear(this.#stillCell[at])) return false;
      }
    }
    return true;
  }

  /** The solid that each sample sees, -1 where none, [h, w] for a caster of one sample a pixel. */
  solids(): Int16Array {
    this.#castAll();
    return this.#solid.slice();
  }

  #castAll(): void {
    this.#depth.set(this.#stillDepth);
    this.#solid.set(this.#stillSolid);
    for (let i = this.#view.movingFrom; i < this.#view.solids.count; i++) this.#cast(i);
    this.#shadows.update();
  }

  /** Tries one solid on every sample inside the rectangle around its outline. */
  #cast(i: number): void {
    const { solids, viewpoint } = this.#view;
    const { eye, right, up, forward } = viewpoint;
    const { position: p, rotation: R, size } = solids;
    const pixel = 1 / (focalLengthPx(viewpoint, this.#size) * this.#samples);
    const [top, bottom, left, right_] = this.#outline(i, pixel);
    const r = 9 * i;
    const toLocal = (x: number, y: number, z: number, axis: number): number =>
      R[r + axis] * x + R[r + 3 + axis] * y + R[r + 6 + axis] * z;
    const [ox, oy, oz] = [0, 1, 2].map((axis) =>
      toLocal(eye[0] - p[3 * i], eye[1] - p[3 * i + 1], eye[2] - p[3 * i + 2], axis),
    );
    const [fx, fy, fz] = [0, 1, 2].map((axis) => toLocal(forward[0], forward[1], forward[2], axis));
    const [rx, ry, rz] = [0, 1, 2].map((axis) => toLocal(right[0], right[1], right[2], axis));
    const [ux, uy, uz] = [0, 1, 2].map((axis) => toLocal(up[0], up[1], up[2], axis));
    const kind = solids.kind[i] as Kind;
    const [a, b, c] = [size[3 * i], size[3 * i + 1], size[3 * i + 2]];
    for (let row = top; row <= bottom; row++) {
      const v = ((this.#rows - 1) / 2 - row) * pixel;
      const bx = fx + v * ux;
      const by = fy + v * uy;
      const bz = fz + v * uz;
      for (let col = left; col <= right_; col++) {
        const u = (col - (this.#cols - 1) / 2) * pixel;
        const t = enter(kind, a, b, c, ox, oy, oz, bx + u * rx, by + u * ry, bz + u * rz);
        const at = row * this.#cols + col;
        if (t < this.#depth[at]) {
          this.#depth[at] = t;
          this.#solid[at] = i;
        }
      }
    }
  }

  /** Rows and columns of samples (top, bottom, left, right) that hold the corners of the box around a solid. */
  #outline(i: number, pixel: number): [number, number, number, number] {
    const { solids, viewpoint } = this.#view;
    const { eye, right, up, forward } = viewpoint;
    let [top, bottom, left, right_] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let corner = 0; corner < 8; corner++) {
      let [across, above, depth] = [0, 0, 0];
      for (let k = 0; k < 3; k++) {
        let d = solids.position[3 * i + k] - eye[k];
        for (let axis = 0; axis < 3; axis++) {
          const sign = (corner >> axis) & 1 ? 1 : -1;
          d += sign * solids.rotation[9 * i + 3 * k + axis] * solids.extent[3 * i + axis];
        }
        across += d * right[k];
        above += d * up[k];
        depth += d * forward[k];
      }
      // A corner behind the eye has no place in the picture: the solid may be anywhere.
      if (depth <= 0) return [0, this.#rows - 1, 0, this.#cols - 1];
      const col = (this.#cols - 1) / 2 + across / depth / pixel;
      const row = (this.#rows - 1) / 2 - above / depth / pixel;
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
      left = Math.min(left, col);
      right_ = Math.max(right_, col);
    }
    return [
      Math.max(0, Math.floor(top)),
      Math.min(this.#rows - 1, Math.ceil(bottom)),
      Math.max(0, Math.floor(left)),
      Math.min(this.#cols - 1, Math.ceil(right_)),
    ];
  }

  /** Where a sample's ray is at depth `t`, along one axis. */
  #point(at: number, t: number, axis: number): number {
    const { eye, right, up, forward } = this.#view.viewpoint;
    const pixel = (2 * this.#view.viewpoint.halfHeightTangent) / this.#rows;
    const row = (at / this.#cols) | 0;
    const u = (at - row * this.#cols - (this.#cols - 1) / 2) * pixel;
    const v = ((this.#rows - 1) / 2 - row) * pixel;
    return eye[axis] + t * (forward[axis] + u * right[axis] + v * up[axis]);
  }

  /** The colour of one sample, 0..1, into the light's `colour`. */
  #shade(at: number, lightDirection: number, moving: boolean): void {
    const solid = this.#solid[at];
    const { colour } = this.#light;
    if (solid < this.#view.movingFrom) {
      const shaded =
        moving &&
        solid >= 0 &&
        !this.#shadows.isClear(this.#stillCell[at]) &&
        this.#shadows.hides(
          this.#stillPoint[3 * at],
          this.#stillPoint[3 * at + 1],
          this.#stillPoint[3 * at + 2],
          solid,
          lightDirection,
        );
      const still = shaded ? this.#stillShaded : this.#stillLit;
      colour[0] = still[3 * at];
      colour[1] = still[3 * at + 1];
      colour[2] = still[3 * at + 2];
      return;
    }
    const x = this.#point(at, this.#depth[at], 0);
    const y = this.#point(at, this.#depth[at], 1);
    const z = this.#point(at, this.#depth[at], 2);
    const facing = this.#light.facing(solid, x, y, z);
    const lit = facing > 0 && !this.#shadows.hides(x, y, z, solid, lightDirection);
    this.#light.shine(solid, facing, lit, 1);
  }

  /** Colours of what stands still, with and without a shadow on it. */
  #paintStill(): void {
    const { look, table } = this.#view;
    for (let at = 0; at < this.#stillSolid.length; at++) {
      const solid = this.#stillSolid[at];
      if (solid < 0) continue;
      const x = this.#point(at, this.#stillDepth[at], 0);
      const y = this.#point(at, this.#stillDepth[at], 1);
      const z = this.#point(at, this.#stillDepth[at], 2);
      this.#stillPoint.set([x, y, z], 3 * at);
      this.#stillCell[at] = this.#shadows.cellOf(x, y, z);
      const facing = this.#light.facing(solid, x, y, z);
      const brightness = solid === table ? 1 + look.grain.contrast * grain(x, y, look.grain.phase) : 1;
      this.#light.shine(solid, facing, true, brightness);
      for (let k = 0; k < 3; k++) this.#stillLit[3 * at + k] = this.#light.colour[k];
      this.#light.shine(solid, facing, false, brightness);
      for (let k = 0; k < 3; k++) this.#stillShaded[3 * at + k] = this.#light.colour[k];
    }
  }
}
