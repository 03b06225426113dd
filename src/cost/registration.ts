/**
 * Rigid registration on the table plane: the pose at which a template explains a frame best. A coarse grid
 * finds the basin, a compass search (Kolda et al. 2003) its bottom: uniformly coloured objects give gradients
 * only at their outline, where Gauss-Newton from a few starts does not converge.
 */
import type { Projection } from '../spec/projection.ts';
import type { Observation, TablePose, Template } from './template.ts';

/** How well a template explains a frame at a pose. */
export interface Fit {
  readonly pose: TablePose;
  /** Mean robust mismatch in 0..1, the turning and moving penalties included: lower is better. */
  readonly cost: number;
}

/** Mean mismatch of the object's visible points in 0..1, and the fraction of them that is visible. */
export interface Evidence {
  readonly mismatch: number;
  readonly visibleFraction: number;
}

/** Colour differences (of 255) from here on count as another thing altogether. */
const COLOUR_SCALE = 32;
/** A change of brightness counts this much less than one of colour: the arm casts shadows, faces turn. */
const BRIGHTNESS_WEIGHT = 0.35;
/** What a point behind the arm or outside the picture costs: between a match and a mismatch. */
const HIDDEN_COST = 0.4;
/** The y of a direction in the table's frame below which it points to the camera. */
const FRONT = -0.3;
/** Penalty a square metre of distance from where the object is expected, and a square radian of turning. */
const MOVE_PENALTY = 15;
const TURN_PENALTY = 0.02;

/** The grid: how far an object may go, and turn, in one control step. */
const REACH_M = 0.045;
const GRID_M = 0.009;
/** An object out of sight may have gone farther with every frame; then the grid has at most this many points across. */
const MAX_REACH_M = 0.18;
const MAX_ACROSS = 21;
const TURNS_RAD = [0, -0.3, 0.3, -0.6, 0.6];
const GRID_POINTS = 70;
/** The refinement: how many starts, first step, last step, and points. */
const STARTS = 4;
const FIRST_STEP = { m: 0.006, rad: 0.16 };
const LAST_STEP_M = 0.0004;
const REFINE_POINTS = 220;

/** The mismatch of a template in one frame as a function of its pose. */
export class Registration {
  private readonly plane: readonly number[];
  private readonly seen: Observation;
  private readonly template: Template;

  constructor(camera: Projection, seen: Observation, template: Template) {
    const m = camera.matrix;
    // The homography from the top's plane to pixels: the camera's matrix at a fixed z.
    const at = (row: number): number => m[4 * row + 2] * template.heightM + m[4 * row + 3];
    this.plane = [m[0], m[1], at(0), m[4], m[5], at(1), m[8], m[9], at(2)];
    this.seen = seen;
    this.template = template;
  }

  /**
   * The best pose, searched around each of `expected` (the first is the last pose).
   *
   * @param unseen for how many frames nothing was found: the search widens with it
   */
  register(expected: readonly TablePose[], unseen = 0): Fit {
    const coarse = thin(this.template, GRID_POINTS);
    const fine = thin(this.template, REFINE_POINTS);
    const cost = (template: Template, pose: TablePose): number =>
      this.mismatch(template, pose) + penalty(pose, expected) / (1 + unseen) ** 2;

    const reach = Math.min(MAX_REACH_M, REACH_M * (1 + unseen));
    const starts = gridAround(expected, reach).map((pose) => ({ pose, cost: cost(coarse, pose) }));
    starts.sort((a, b) => a.cost - b.cost);
    const fits = separate(starts).map((start) => compassSearch((pose) => cost(fine, pose), start.pose));
    return fits.reduce((best, fit) => (fit.cost < best.cost ? fit : best));
  }

  /** What the template's object points say at a pose. */
  evidence(pose: TablePose): Evidence {
    const { template } = this;
    let [sum, visible] = [0, 0];
    this.eachPoint(template, pose, (n, row, col, hidden) => {
      if (n >= template.objectPoints || hidden >= 1) return;
      visible += 1 - hidden;
      sum += (1 - hidden) * this.colourMismatch(template, n, row, col);
    });
    return {
      mismatch: visible > 0 ? sum / visible : 1,
      visibleFraction: visible / template.objectPoints,
    };
  }

  /** Weighted mean over all points; the ring's points cost what stands on the table where they lie. */
  private mismatch(template: Template, pose: TablePose): number {
    const c = Math.cos(pose.thetaRad);
    const s = Math.sin(pose.thetaRad);
    let [sum, total] = [0, 0];
    this.eachPoint(template, pose, (n, row, col, hidden) => {
      // A ring point that has come to lie in front of the object sees its side.
      const facing = s * template.outward[2 * n] + c * template.outward[2 * n + 1];
      if (facing < FRONT) return;
      const weight = template.weight[n];
      total += weight;
      if (hidden > 0.5) {
        sum += weight * HIDDEN_COST;
      } else if (n < template.objectPoints) {
        sum += weight * this.colourMismatch(template, n, row, col);
      } else {
        sum += weight * bilinear(this.seen.foreground.data, this.seen.frame.width, 1, 0, row, col);
      }
    });
    return sum / total;
  }

  /** Calls `visit` with each point's pixel and how much the arm (or the picture's edge) hides it. */
  private eachPoint(
    template: Template,
    pose: TablePose,
    visit: (n: number, row: number, col: number, hidden: number) => void,
  ): void {
    const h = this.plane;
    const { height, width } = this.seen.frame;
    const c = Math.cos(pose.thetaRad);
    const s = Math.sin(pose.thetaRad);
    for (let n = 0; n < template.x.length; n++) {
      const x = pose.x + c * template.x[n] - s * template.y[n];
      const y = pose.y + s * template.x[n] + c * template.y[n];
      const depth = h[6] * x + h[7] * y + h[8];
      const col = (h[0] * x + h[1] * y + h[2]) / depth;
      const row = (h[3] * x + h[4] * y + h[5]) / depth;
      const inside = row >= 0 && col >= 0 && row < height - 1 && col < width - 1;
      const at = Math.round(row) * width + Math.round(col);
      visit(n, row, col, inside ? this.seen.hidden.data[at] : 1);
    }
  }

  /** 0 for the same colour to 1 for another (Welsch's function of the difference). */
  private colourMismatch(template: Template, n: number, row: number, col: number): number {
    const { data, width } = this.seen.frame;
    const r = bilinear(data, width, 3, 0, row, col) - template.rgb[3 * n];
    const g = bilinear(data, width, 3, 1, row, col) - template.rgb[3 * n + 1];
    const b = bilinear(data, width, 3, 2, row, col) - template.rgb[3 * n + 2];
    const brightness = (r + g + b) / 3;
    const colour = (r - brightness) ** 2 + (g - brightness) ** 2 + (b - brightness) ** 2;
    return 1 - Math.exp(-(colour + BRIGHTNESS_WEIGHT * 3 * brightness ** 2) / (2 * COLOUR_SCALE ** 2));
  }
}

/** Being away from every expected place costs a little, and so does turning: it decides where nothing else does. */
function penalty(pose: TablePose, expected: readonly TablePose[]): number {
  const squares = expected.map((e) => (pose.x - e.x) ** 2 + (pose.y - e.y) ** 2);
  return MOVE_PENALTY * Math.min(...squares) + TURN_PENALTY * (pose.thetaRad - expected[0].thetaRad) ** 2;
}

/** Every pose of the grid around the expected ones. */
function gridAround(expected: readonly TablePose[], reachM: number): TablePose[] {
  const poses: TablePose[] = [...expected];
  const [last] = expected;
  const steps = Math.min((MAX_ACROSS - 1) / 2, Math.round(reachM / GRID_M));
  for (let i = -steps; i <= steps; i++) {
    for (let k = -steps; k <= steps; k++) {
      if (Math.hypot(i, k) > steps) continue;
      const [dx, dy] = [(i * reachM) / steps, (k * reachM) / steps];
      for (const turn of TURNS_RAD) {
        poses.push({ x: last.x + dx, y: last.y + dy, thetaRad: last.thetaRad + turn });
      }
    }
  }
  return poses;
}

/** The best few of the sorted starts that are not neighbours of a better one. */
function separate(sorted: readonly Fit[]): Fit[] {
  const chosen: Fit[] = [];
  for (const start of sorted) {
    if (chosen.length === STARTS) break;
    const near = chosen.some(
      ({ pose }) =>
        Math.hypot(pose.x - start.pose.x, pose.y - start.pose.y) < 1.5 * GRID_M &&
        Math.abs(pose.thetaRad - start.pose.thetaRad) < 0.45,
    );
    if (!near) chosen.push(start);
  }
  return chosen;
}

/** Goes to the best of the six neighbours while one is better, then halves the step. */
function compassSearch(cost: (pose: TablePose) => number, start: TablePose): Fit {
  let best: Fit = { pose: start, cost: cost(start) };
  for (let { m, rad } = FIRST_STEP; m >= LAST_STEP_M; m /= 2, rad /= 2) {
    for (let moved = true; moved;) {
      moved = false;
      for (const [dx, dy, turn] of COMPASS) {
        const { x, y, thetaRad } = best.pose;
        const pose = { x: x + m * dx, y: y + m * dy, thetaRad: thetaRad + rad * turn };
        const here = cost(pose);
        if (here < best.cost - 1e-9) {
          best = { pose, cost: here };
          moved = true;
        }
      }
    }
  }
  return best;
}

const COMPASS = [
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [0, 0, 1],
  [0, 0, -1],
] as const;

/** Every k-th point, so that at most `count` remain. */
function thin(template: Template, count: number): Template {
  const stride = Math.ceil(template.x.length / count);
  if (stride <= 1) return template;
  const kept = Array.from({ length: Math.floor((template.x.length - 1) / stride) + 1 }, (_, i) => i * stride);
  return {
    ...template,
    x: Float64Array.from(kept, (n) => template.x[n]),
    y: Float64Array.from(kept, (n) => template.y[n]),
    rgb: Float64Array.from(kept.flatMap((n) => [...template.rgb.subarray(3 * n, 3 * n + 3)])),
    weight: Float64Array.from(kept, (n) => template.weight[n]),
    outward: Float64Array.from(kept.flatMap((n) => [...template.outward.subarray(2 * n, 2 * n + 2)])),
    objectPoints: kept.filter((n) => n < template.objectPoints).length,
  };
}

/** One channel between the four pixels around (row, col), which must lie within the frame. */
function bilinear(
  data: ArrayLike<number>,
  width: number,
  channels: number,
  channel: number,
  row: number,
  col: number,
): number {
  const r = Math.floor(row);
  const k = Math.floor(col);
  const fr = row - r;
  const fk = col - k;
  const at = channels * (r * width + k) + channel;
  const below = at + channels * width;
  const top = data[at] + fk * (data[at + channels] - data[at]);
  const bottom = data[below] + fk * (data[below + channels] - data[below]);
  return top + fr * (bottom - top);
}
