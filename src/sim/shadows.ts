/**
 * What stands between a point and the light. Solids are sorted into the cells of a grid seen from the light,
 * so that a point asks only the few above it.
 */
import type { Vector3 } from '../spec/action.ts';
import { CAPSULE, enter, intoSolid, type Kind, type SolidSet } from './solids.ts';

const CELLS = 64;
/** Half the width of the grid, metres: the table, the arm and their surroundings. */
const REACH_M = 0.5;
const MOST_IN_A_CELL = 31;
/** How far the light is spread, radians: shadows soften with the height of what throws them. */
const SPREAD_RAD = 0.035;
/** The grid sees solids along the middle of the light; its edge lies so much farther out. */
const SLACK_M = 0.012;
/** From the middle of a cell to its corners, metres. */
const HALF_DIAGONAL_M = (Math.SQRT2 * REACH_M) / CELLS;

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
  /** The point that is asked about, in the frame of a solid. */
  readonly #local = new Float64Array(3);
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
      const isNear = this.#nearness(i, u, v);
      for (let row = cell(v - dv); row <= cell(v + dv); row++) {
        for (let col = cell(u - du); col <= cell(u + du); col++) {
          if (!isNear(row, col)) continue;
          const at = row * CELLS + col;
          if (this.#counts[at] === MOST_IN_A_CELL) continue;
          this.#members[at * MOST_IN_A_CELL + this.#counts[at]++] = i;
        }
      }
    }
  }

  /**
   * Whether a cell may see a solid whose middle is at (u, v) across the light. Of capsules the box around them says
   * little: an arm's are long and lie aslant.
   */
  #nearness(i: number, u: number, v: number): (row: number, col: number) => boolean {
    const { kind, size, rotation } = this.#solids;
    if (kind[i] !== CAPSULE) return () => true;
    const a = this.#across;
    const half = size[3 * i + 1];
    const along = (first: number): number =>
      half *
      (a[first] * rotation[9 * i + 2] +
        a[first + 1] * rotation[9 * i + 5] +
        a[first + 2] * rotation[9 * i + 8]);
    const [lu, lv] = [along(0), along(3)];
    const square = Math.max(lu * lu + lv * lv, 1e-12);
    const reach = size[3 * i] + SLACK_M + HALF_DIAGONAL_M;
    return (row, col) => {
      // Beyond the grid's edge lies whatever is cut off there.
      if (row === 0 || col === 0 || row === CELLS - 1 || col === CELLS - 1) return true;
      const [du, dv] = [middleOfCell(col) - u, middleOfCell(row) - v];
      const t = Math.max(-1, Math.min(1, (du * lu + dv * lv) / square));
      return Math.hypot(du - t * lu, dv - t * lv) <= reach;
    };
  }

  /** Number of the grid's cell that a point lies in, seen from the light. */
  cellOf(x: number, y: number, z: number): number {
    const a = this.#across;
    return cell(a[3] * x + a[4] * y + a[5] * z) * CELLS + cell(a[0] * x + a[1] * y + a[2] * z);
  }

  /** Whether nothing throws a shadow on the points of a cell. */
  isClear(cellNumber: number): boolean {
    return this.#counts[cellNumber] === 0;
  }

  /** Whether some solid other than `own` hides the light's `direction`-th part from the point. */
  hides(x: number, y: number, z: number, own: number, direction: number): boolean {
    const at = this.cellOf(x, y, z);
    const { kind, size } = this.#solids;
    const local = this.#local;
    for (let m = 0; m < this.#counts[at]; m++) {
      const i = this.#members[at * MOST_IN_A_CELL + m];
      if (i === own) continue;
      const s = 3 * i;
      intoSolid(this.#solids, i, x, y, z, local);
      const d = 3 * (LIGHT_DIRECTIONS * i + direction);
      const t = enter(
        kind[i] as Kind,
        size[s],
        size[s + 1],
        size[s + 2],
        local[0],
        local[1],
        local[2],
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

function middleOfCell(index: number): number {
  return ((2 * (index + 0.5)) / CELLS - 1) * REACH_M;
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number): number {
  return a[i] * b[j] + a[i + 1] * b[j + 1] + a[i + 2] * b[j + 2];
}
