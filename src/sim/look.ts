/** How a scene looks: colours of the table and the arm, and the light, drawn from a seed. */
import type { Vector3 } from '../spec/action.ts';
import { childSeed, seededRandom } from '../spec/random.ts';
import { hsv } from './objects.ts';
import type { Rgb } from './parts.ts';

export interface Look {
  readonly floor: Rgb;
  readonly table: Rgb;
  readonly rim: Rgb;
  /** Contrast of the table's grain and where the grain lies. */
  readonly grain: { readonly contrast: number; readonly phase: number };
  /** Colours of the arm's capsules: of the base, then of each link. */
  readonly arm: readonly (readonly Rgb[])[];
  readonly light: {
    /** Unit vector from the table towards the light. */
    readonly direction: Vector3;
    /** Brightness of what faces the light, on top of `ambient`, which reaches everything. */
    readonly strength: number;
    readonly ambient: number;
  };
}

/** Printed parts and servos of the SO-101. */
const PRINT: Rgb = [0.93, 0.9, 0.84];
const SERVO: Rgb = [0.2, 0.22, 0.26];
const FINGER: Rgb = [0.97, 0.72, 0.28];

/** The look that follows from `seed`. */
export function drawLook(seed: number): Look {
  const random = seededRandom(childSeed(seed, 'look'));
  // Tables are pale: wood, linen, stone.
  const hue = random.choice([0.08, 0.1, 0.12, 0.3, 0.56, 0.6]) + random.uniform(-0.02, 0.02);
  const saturation = random.uniform(0.1, hue < 0.2 ? 0.34 : 0.18);
  const value = random.uniform(0.72, 0.86);
  // The light stands on the camera's side, so that the arm's shadow falls towards its own base.
  const azimuth = random.uniform(-0.95 * Math.PI, -0.05 * Math.PI);
  const elevation = random.uniform(0.85, 1.15);
  return {
    floor: hsv(0.6, 0.14, 0.34),
    table: hsv(hue, saturation, value),
    rim: hsv(hue, saturation * 1.5, value * 0.72),
    grain: { contrast: random.uniform(0.012, 0.035), phase: random.uniform(0, 2 * Math.PI) },
    arm: [[SERVO], [SERVO], [SERVO, PRINT], [SERVO, PRINT], [SERVO, PRINT], [PRINT, FINGER]],
    light: {
      direction: [
        Math.cos(elevation) * Math.cos(azimuth),
        Math.cos(elevation) * Math.sin(azimuth),
        Math.sin(elevation),
      ],
      strength: random.uniform(0.5, 0.62),
      ambient: random.uniform(0.42, 0.5),
    },
  };
}
