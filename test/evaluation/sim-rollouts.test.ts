import { expect, it } from 'vitest';
import { together } from '../../src/control/open-goals.ts';
import { pixelPairs, type Goals } from '../../src/control/rollouts.ts';
import { COST_DEFAULTS } from '../../src/cost/rollout.ts';
import { SIM_SIZES, SimRollouts } from '../../src/evaluation/sim-rollouts.ts';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import { rescalePixel } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';

it('costs of the simulator: each point is out of reach by its own column of the grid', async () => {
  // The points' columns were read as if there were one: with two points on an object the oracle shunned places at
  // random, and turned less often than the model that it is the measure of.
  const rig = await openSimRig({ objects: 1 });
  try {
    await rig.reset(4);
    const { frame, distribution } = SIM_SIZES;
    const middle = project(rig.rig.projection, rig.world().objectPoint(0));
    const points = [middle, { row: middle.row + 1, col: middle.col }].map((pixel) =>
      rescalePixel(pixel, rig.rig.frame, frame),
    );
    const pixels = pixelPairs(points);
    const still = { shape: [1, 3], data: new Float32Array(3) };
    const nothing = { shape: [1], data: new Float32Array(1) };
    const rollouts = new SimRollouts(rig, { timestepS: 0.01, cost: COST_DEFAULTS });
    const observed = await rollouts.observe({ designated: pixels, inFlight: still, frame: nothing });

    const cells = distribution.height * distribution.width;
    const costWith = async (column: number, outOfReachPx: number): Promise<number> => {
      const outOfReach = new Float32Array(2 * cells);
      for (let cell = 0; cell < cells; cell++) outOfReach[2 * cell + column] = outOfReachPx;
      const goals: Goals = {
        pixels,
        open: { shape: [1, 2], data: Float32Array.of(1, 1) },
        back: { shape: [1, 2], data: new Float32Array(2) },
        together: together([-1, -1]),
        outOfReach: { shape: [1, cells, 2], data: outOfReach },
      };
      const [cost] = await rollouts.costs(observed, goals, new Float32Array(3), 1);
      return cost;
    };
    const within = await costWith(0, 0);
    // The mean of both points.
    expect((await costWith(0, 6)) - within).toBeCloseTo(3, 4);
    expect((await costWith(1, 6)) - within).toBeCloseTo(3, 4);
  } finally {
    await rig.close();
  }
});

it('costs of the simulator: what is turned wrongly costs more than what lies beside its place', async () => {
  const rig = await openSimRig({ objects: 1 });
  try {
    await rig.reset(4);
    const { frame, distribution } = SIM_SIZES;
    const middle = project(rig.rig.projection, rig.world().objectPoint(0));
    const at = [-3, 3].map((col) => rescalePixel({ ...middle, col: middle.col + col }, rig.rig.frame, frame));
    const still = { shape: [1, 3], data: new Float32Array(3) };
    const nothing = { shape: [1], data: new Float32Array(1) };
    const rollouts = new SimRollouts(rig, { timestepS: 0.01, cost: { ...COST_DEFAULTS, approachWeight: 0 } });
    const observed = await rollouts.observe({ designated: pixelPairs(at), inFlight: still, frame: nothing });
    const cells = distribution.height * distribution.width;
    /** Where both points should go from where they are, 2 pixels down each or one down and one up. */
    const costOf = async (down: readonly number[], objects: readonly number[]): Promise<number> => {
      const goals: Goals = {
        pixels: pixelPairs(at.map(({ row, col }, i) => ({ row: row + down[i], col }))),
        open: { shape: [1, 2], data: Float32Array.of(1, 1) },
        back: { shape: [1, 2], data: new Float32Array(2) },
        together: together(objects),
        outOfReach: { shape: [1, cells, 2], data: new Float32Array(2 * cells) },
      };
      return (await rollouts.costs(observed, goals, new Float32Array(3), 1))[0];
    };
    expect(await costOf([2, 2], [0, 0])).toBeCloseTo(2, 3);
    expect(await costOf([2, -2], [0, 0])).toBeCloseTo(2 + 2 * COST_DEFAULTS.turnWeight, 3);
    // Two objects are not turned about each other.
    expect(await costOf([2, -2], [0, 1])).toBeCloseTo(2, 3);
  } finally {
    await rig.close();
  }
});
