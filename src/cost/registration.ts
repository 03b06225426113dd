/**
 * Rigid registration on the table plane: how well a template explains a frame at a pose, and the pose at which
 * it explains it best. Robust colour differences; what the arm hides does not vote.
 */
import type { Projection } from '../spec/projection.ts';
import { searchPose, type Fit } from './pose-search.ts';
import type { Observation, TablePose, Template } from './template.ts';

/** Mean mismatch of the object's visible points in 0..1, and the fraction of them that is visible. */
export interface Evidence {
  readonly mismatch: number;
  readonly visibleFraction: number;
}

/** Colour differences (of 255) from here on count as another thing altogether. */
const COLOUR_SCALE = 32;
/** Less than this part of the light is not a shadow; a template may as well have been cut out in such a shadow. */
const DARKEST = 0.4;
const BRIGHTEST = 1 / DARKEST;
/** What a point costs that has its colour in another light: the arm's shadow on the top, or a side of the object. */
const LIGHT_COST = 0.35;
/** So much less (or more) light costs all of it. */
const DIMMED = 0.25;
const BRIGHTENED = 0.5;
/** What a point behind the arm or outside the picture costs: between a match and a mismatch. */
const HIDDEN_COST = 0.4;
/** The y of a direction in the table's frame below which it points to the camera. */
const FRONT = -0.3;
/** How many of the template's points the coarse grid and the refinement look at. */
const COARSE_POINTS = 70;
const FINE_POINTS = 220;

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
   * The best pose: the grid is laid around the first of `expected`, the others are single poses to start from.
   *
   * @param unseen for how many frames nothing was found: the search widens with it
   */
  register(expected: readonly TablePose[], unseen = 0): Fit {
    const coarse = thin(this.template, COARSE_POINTS);
    const fine = thin(this.template, FINE_POINTS);
    return searchPose(
      { coarse: (pose) => this.mismatch(coarse, pose), fine: (pose) => this.mismatch(fine, pose) },
      expected,
      unseen,
    );
  }

  /** How badly a pose explains the frame, 0..1: what `register` looks for the least of. */
  fits(pose: TablePose): number {
    return this.mismatch(thin(this.template, FINE_POINTS), pose);
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

  /**
   * 0 for the same colour to 1 for another: Welsch's function of the difference that remains after the best
   * change of light (as in `foreground`), and a little for that change.
   */
  private colourMismatch(template: Template, n: number, row: number, col: number): number {
    const { data, width } = this.seen.frame;
    const r = bilinear(data, width, 3, 0, row, col);
    const g = bilinear(data, width, 3, 1, row, col);
    const b = bilinear(data, width, 3, 2, row, col);
    const [tr, tg, tb] = [template.rgb[3 * n], template.rgb[3 * n + 1], template.rgb[3 * n + 2]];
    const brightness = (r * tr + g * tg + b * tb) / Math.max(1, tr * tr + tg * tg + tb * tb);
    const light = Math.max(DARKEST, Math.min(BRIGHTEST, brightness));
    const [dr, dg, db] = [r - light * tr, g - light * tg, b - light * tb];
    // In less light, colours differ less.
    const distortion = (dr * dr + dg * dg + db * db) / Math.min(1, light * light);
    const change = Math.min(1, light < 1 ? (1 - light) / DIMMED : (light - 1) / BRIGHTENED);
    return 1 - (1 - LIGHT_COST * change) * Math.exp(-distortion / (2 * COLOUR_SCALE ** 2));
  }
}

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
