/**
 * What stands between a point and the light. Solids are sorted into the cells of a grid seen from the light,
 * so that a point asks only the few above it.
 */
import type { Vector3 } from '../spec/action.ts';
import { enter, type Kind, type SolidSet } from './solids.ts';

const CELLS = 64;
/** Half the width of the grid, metres: the table, the arm and their surroundings. */
const REACH_M = 0.5;
const MOST_IN_A_CELL = 31;
/** How far the light is spread, radians: shadows soften with the height of what throws them. */
const SPREAD_RAD = 0.035;
/** The grid sees solids along the middle of the light; its edge lies so much farther out. */
const SLACK_M = 0.012;

/** Number of directions in the light; a picture's samples take them in turn. */
export const LIGHT_DIRECTIONS = 4;

export class Shadows {
  readonly #solids: SolidSet;
  readonly #movingFrom: number;
  /** Axes across the light. */
  readonly #across: Float64Array;
  /** The light's directions, 3 each, and the same in the frame of each solid. */
  readonly #directions = new Float64Array(3 * LIGHT_DIRECTIONS);
  readonly #localDirections: Float64Array;
  readonly #counts = new Uint8Array(CELLS * CELLS);
  readonly #members = new Uint8Array(CELLS * CELLS * MOST_IN_A_CELL);

  /** @param movingFrom index of the first solid that throws shadows (before it: floor and table) */
  constructor(solids: SolidSet, movingFrom: number, light: Vector3) {
    this.#solids = solids;
    this.#movingFrom = movingFrom;
    this.#localDirections = new Float64Array(3 * LIGHT_DIRECTIONS * solids.count);
    const flat = Math.hypot(light[0], light[1]);
    const [ux, uy] = flat > 1e-9 ? [light[1] / flat, -light[0] / flat] : [1, 0];
    this.#across = Float64Array.of(ux, uy, 0, -light[2] * uy, light[2] * ux, light[0] * uy - light[1] * ux);
    for (let k = 0; k < LIGHT_DIRECTIONS; k++) {
      const angle = (2 * Math.PI * (k + 0.5)) / LIGHT_DIRECTIONS;
      for (let axis = 0; axis < 3; axis++) {
        const aside = Math.cos(angle) * this.#across[axis] + Math.sin(angle) * this.#across[3 + axis];
        this.#directions[3 * k + axis] = light[axis] + SPREAD_RAD * aside;
      }
    }
  }

  /** Sorts the solids, where they are now, into the grid. */
  update(): void {
    const { count, position, rotation, extent } = this.#solids;
    const across = this.#across;
    this.#counts.fill(0);
    for (let i = this.#movingFrom; i < count; i++) {
      const r = 9 * i;
      for (let k = 0; k < LIGHT_DIRECTIONS; k++) {
        for (let axis = 0; axis < 3; axis++) {
          this.#localDirections[3 * (LIGHT_DIRECTIONS * i + k) + axis] =
            rotation[r + axis] * this.#directions[3 * k] +
            rotation[r + 3 + axis] * this.#directions[3 * k + 1] +
            rotation[r + 6 + axis] * this.#directions[3 * k + 2];
        }
      }
      const [u, v] = [0, 3].map((a) => dot(across, a, position, 3 * i));
      const [du, dv] = [0, 3].map((a) => {
        let sum = SLACK_M;
        for (let axis = 0; axis < 3; axis++) {
          const along =
            across[a] * rotation[r + axis] +
            across[a + 1] * rotation[r + 3 + axis] +
            across[a + 2] * rotation[r + 6 + axis];
          sum += Math.abs(along) * extent[3 * i + axis];
        }
        return sum;
      });
      for (let row = cell(v - dv); row <= cell(v + dv); row++) {
        for (let col = cell(u - du); col <= cell(u + du); col++) {
          const at = row * CELLS + col;
          if (this.#counts[at] === MOST_IN_A_CELL) continue;
          this.#members[at * MOST_IN_A_CELL + this.#counts[at]++] = i;
        }
      }
    }
  }

  /** Whether some solid other than `own` hides the light's `direction`-th part from the point. */
  hides(x: number, y: number, z: number, own: number, direction: number): boolean {
    const a = this.#across;
    const u = a[0] * x + a[1] * y + a[2] * z;
    const v = a[3] * x + a[4] * y + a[5] * z;
    const at = cell(v) * CELLS + cell(u);
    const { kind, size, position: p, rotation: R } = this.#solids;
    for (let m = 0; m < this.#counts[at]; m++) {
      const i = this.#members[at * MOST_IN_A_CELL + m];
      if (i === own) continue;
      const s = 3 * i;
      const r = 9 * i;
      const px = x - p[s];
      const py = y - p[s + 1];
      const pz = z - p[s + 2];
      const d = 3 * (LIGHT_DIRECTIONS * i + direction);
      const t = enter(
        kind[i] as Kind,
        size[s],
        size[s + 1],
        size[s + 2],
        R[r] * px + R[r + 3] * py + R[r + 6] * pz,
        R[r + 1] * px + R[r + 4] * py + R[r + 7] * pz,
        R[r + 2] * px + R[r + 5] * py + R[r + 8] * pz,
        this.#localDirections[d],
        this.#localDirections[d + 1],
        this.#localDirections[d + 2],
      );
      if (t < Infinity) return true;
    }
    return false;
  }
}

function cell(metres: number): number {
  return Math.max(0, Math.min(CELLS - 1, Math.floor(((metres / REACH_M + 1) * CELLS) / 2)));
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number): number {
  return a[i] * b[j] + a[i + 1] * b[j + 1] + a[i + 2] * b[j + 2];
}
