import { expect, it } from 'vitest';
import { together } from '../../src/control/open-goals.ts';
import { pixelPairs, type Goals } from '../../src/control/rollouts.ts';
import { COST_DEFAULTS, type CostConfig } from '../../src/cost/rollout.ts';
import { SIM_SIZES, SimRollouts } from '../../src/evaluation/sim-rollouts.ts';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import { rescalePixel, type Pixel } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';

const { frame, distribution } = SIM_SIZES;
const CELLS = distribution.height * distribution.width;

/** An object with two points on it, `apart` pixels of the recorded frame from one to the other, and the simulator's rollouts. */
async function withTwoPoints(
  apart: Pixel,
  cost: CostConfig,
  test: (points: Pixel[], costOf: (goals: Partial<Goals>) => Promise<number>) => Promise<void>,
): Promise<void> {
  const rig = await openSimRig({ objects: 1 });
  try {
    await rig.reset(4);
    const middle = project(rig.rig.projection, rig.world().objectPoint(0));
    const points = [-0.5, 0.5].map((share) => {
      const pixel = { row: middle.row + share * apart.row, col: middle.col + share * apart.col };
      return rescalePixel(pixel, rig.rig.frame, frame);
    });
    const still = { shape: [1, 3], data: new Float32Array(3) };
    const nothing = { shape: [1], data: new Float32Array(1) };
    const rollouts = new SimRollouts(rig, { timestepS: 0.01, cost });
    const observed = await rollouts.observe({
      designated: pixelPairs(points),
      inFlight: still,
      frame: nothing,
    });
    const usual: Goals = {
      pixels: pixelPairs(points),
      open: { shape: [1, 2], data: Float32Array.of(1, 1) },
      back: { shape: [1, 2], data: new Float32Array(2) },
      together: together([-1, -1]),
      outOfReach: { shape: [1, CELLS, 2], data: new Float32Array(2 * CELLS) },
    };
    await test(points, async (goals) => {
      const [answer] = await rollouts.costs(observed, { ...usual, ...goals }, new Float32Array(3), 1);
      return answer;
    });
  } finally {
    await rig.close();
  }
}

it('costs of the simulator: each point is out of reach by its own column of the grid', () =>
  // The points' columns were read as if there were one: with two points on an object the oracle shunned places at
  // random, and turned less often than the model that it is the measure of.
  withTwoPoints({ row: 1, col: 0 }, COST_DEFAULTS, async (_, costOf) => {
    const costWith = (column: number, outOfReachPx: number): Promise<number> => {
      const data = new Float32Array(2 * CELLS);
      for (let cell = 0; cell < CELLS; cell++) data[2 * cell + column] = outOfReachPx;
      return costOf({ outOfReach: { shape: [1, CELLS, 2], data } });
    };
    const within = await costWith(0, 0);
    // The mean of both points.
    expect((await costWith(0, 6)) - within).toBeCloseTo(3, 4);
    expect((await costWith(1, 6)) - within).toBeCloseTo(3, 4);
  }));

it('costs of the simulator: what is turned wrongly costs more than what lies beside its place', () =>
  withTwoPoints({ row: 0, col: 6 }, { ...COST_DEFAULTS, approachWeight: 0 }, async (points, costOf) => {
    /** Where both points should go from where they are, 2 pixels down each or one down and one up. */
    const costTo = (down: readonly number[], objects: readonly number[]): Promise<number> =>
      costOf({
        pixels: pixelPairs(points.map(({ row, col }, i) => ({ row: row + down[i], col }))),
        together: together(objects),
      });
    expect(await costTo([2, 2], [0, 0])).toBeCloseTo(2, 3);
    expect(await costTo([2, -2], [0, 0])).toBeCloseTo(2 + 2 * COST_DEFAULTS.turnWeight, 3);
    // Two objects are not turned about each other.
    expect(await costTo([2, -2], [0, 1])).toBeCloseTo(2, 3);
  }));
