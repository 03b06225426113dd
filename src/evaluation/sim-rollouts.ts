/**
 * The simulator in the predictor's place: candidates are carried out in it, and the world is put back (after vp2's
 * simulator_model.py). What costs are made of is the same, with the true point for the expected one.
 */
import type { Value, Values } from '../compute/compute.ts';
import type { Goals, Observed, RolloutSource } from '../control/rollouts.ts';
import type { CostConfig } from '../cost/rollout.ts';
import type { SimRig } from '../rig/sim-rig.ts';
import { straightMotion } from '../spec/motion.ts';
import type { BodyPoint, WorldState } from '../sim/world.ts';
import { applyAction, type Vector3 } from '../spec/action.ts';
import type { FrameSize } from '../spec/frame.ts';
import { pixelDistance, rescalePixel, type Pixel } from '../spec/pixel.ts';
import { project, rescaleProjection } from '../spec/projection.ts';
import { pointAt } from './true-trackers.ts';

/** Costs are taken in pixels of such frames, and being out of reach is looked up in such a grid. */
export const SIM_SIZES: { readonly frame: FrameSize; readonly distribution: FrameSize } = {
  frame: { height: 48, width: 64 },
  distribution: { height: 24, width: 32 },
};

/** Pixels a metre are measured over this distance, metres. */
const BESIDE_M = 0.01;

export interface SimRolloutsConfig {
  readonly cost: CostConfig;
  /** A coarser physics step than the world's own, seconds: cheaper, and nearly the same pushes. */
  readonly timestepS: number;
}

/** The world after the action in flight, and the points that are followed. */
interface SimObserved extends Observed {
  readonly start: WorldState;
  readonly tip: Vector3;
  readonly points: readonly (BodyPoint | Pixel)[];
}

export class SimRollouts implements RolloutSource {
  private readonly rig: SimRig;
  private readonly config: SimRolloutsConfig;

  constructor(rig: SimRig, config: SimRolloutsConfig) {
    this.rig = rig;
    this.config = config;
  }

  observe(inputs: Values): Promise<Observed> {
    const { designated, inFlight, frame } = inputs;
    const points = pairs(designated).map((pixel) => {
      const recorded = rescalePixel(pixel, SIM_SIZES.frame, this.rig.rig.frame);
      return pointAt(this.rig, recorded) ?? pixel;
    });
    const { action: spec } = this.rig.rig;
    const to = this.rig.robot.target();
    // What was sent is in the target already, and was sent as far as the workspace goes.
    const from = to.map((v, d) => v - inFlight.data[d] * spec.scale[d]) as unknown as Vector3;
    const observed = this.apart(() => {
      this.move(from, to);
      const expected = Float32Array.from(
        points.flatMap((point) => {
          const { row, col } = this.pixelOf(point);
          return [row, col];
        }),
      );
      return { values: {}, expected, belief: frame, start: this.rig.world().saveState(), tip: to, points };
    });
    return Promise.resolve(observed);
  }

  costs(observed: Observed, goals: Goals, candidates: Float32Array, count: number): Promise<Float32Array> {
    const size = candidates.length / count;
    const costs = this.apart(() =>
      Float32Array.from({ length: count }, (_, n) =>
        this.rollout(observed as SimObserved, goals, candidates.subarray(n * size, (n + 1) * size)),
      ),
    );
    return Promise.resolve(costs);
  }

  /** Where the followed points are after each step of a candidate, pixels of `SIM_SIZES.frame`, [T][P]. */
  trace(observed: Observed, candidate: Float32Array): Pixel[][] {
    const { start, tip, points } = observed as SimObserved;
    return this.apart(() => {
      this.rig.world().restoreState(start);
      return this.steps(tip, candidate).map((step) => {
        step();
        return points.map((point) => this.pixelOf(point));
      });
    });
  }

  /** The cost of one candidate, term by term as `rolloutCosts` has it; the arm finds out for itself where it lands. */
  private rollout({ start, tip, points }: SimObserved, goals: Goals, actions: Float32Array): number {
    const { lastStepWeight, approachWeight, nearPx, arrivedPx, reachWeight, effortWeight, turnWeight } =
      this.config.cost;
    const wanted = pairs(goals.pixels);
    this.rig.world().restoreState(start);
    const steps = this.steps(tip, actions);
    let [distance, effort, closest] = [0, 0, Infinity];
    steps.forEach((step, t) => {
      const at = step();
      let [nearest, farthest] = [Infinity, 0];
      const weight = (t === steps.length - 1 ? lastStepWeight : 1) / points.length;
      const pixels = points.map((point) => this.pixelOf(point));
      const turned = turnedOff(pixels, wanted, goals.together);
      pixels.forEach((pixel, p) => {
        const off = pixelDistance(pixel, wanted[p]) + turnWeight * turned[p];
        distance += weight * (off + reachWeight * cellOf(goals.outOfReach, pixel, p));
        if (goals.open.data[p] === 0) return;
        nearest = Math.min(nearest, this.contactGap(at, pixel, wanted[p], goals.back.data[p]));
        farthest = Math.max(farthest, pixelDistance(pixel, wanted[p]));
      });
      closest = Math.min(closest, Math.max(0, nearest - nearPx) * Math.min(1, farthest / arrivedPx));
      const dims = at.length;
      effort += Math.hypot(...actions.subarray(t * dims, (t + 1) * dims)) / steps.length;
    });
    return distance / (steps.length - 1 + lastStepWeight) + approachWeight * closest + effortWeight * effort;
  }

  /** The candidate's steps in turn; each lets its action happen and returns where the tip was sent. */
  private steps(start: Vector3, actions: Float32Array): (() => Vector3)[] {
    const { action: spec, workspace } = this.rig.rig;
    const dims = spec.names.length;
    let tip = start;
    return Array.from({ length: actions.length / dims }, (_, t) => () => {
      const { target } = applyAction(spec, workspace, tip, [...actions.subarray(t * dims, (t + 1) * dims)]);
      this.move(tip, target);
      return (tip = target);
    });
  }

  private move(from: Vector3, to: Vector3): void {
    const { arm, controlHz } = this.rig.rig;
    this.rig.world().advance(straightMotion(arm, from, to), 1 / controlHz);
  }

  /** Does something in the world, in coarser time, and puts the world back. */
  private apart<T>(work: () => T): T {
    const world = this.rig.world();
    const now = world.saveState();
    const exactTimestepS = world.timestepS();
    world.setTimestep(this.config.timestepS);
    try {
      return work();
    } finally {
      world.setTimestep(exactTimestepS);
      world.restoreState(now);
    }
  }

  private pixelOf(point: BodyPoint | Pixel): Pixel {
    if (!('object' in point)) return point;
    const camera = rescaleProjection(this.rig.rig.projection, SIM_SIZES.frame);
    return project(camera, this.rig.world().bodyPoint(point.object, point.point));
  }

  /** How far the gripper is from where it can push one point, pixels: as in `contactGap` of `cost/contact.ts`. */
  private contactGap(tip: Vector3, pixel: Pixel, goal: Pixel, backM: number): number {
    const camera = rescaleProjection(this.rig.rig.projection, SIM_SIZES.frame);
    const { contactHeightM } = this.config.cost;
    const touch = project(camera, [tip[0], tip[1], contactHeightM]);
    const beside = project(camera, [tip[0] + BESIDE_M, tip[1], contactHeightM]);
    const scale = pixelDistance(touch, beside) / BESIDE_M;
    const lifted = Math.max(0, tip[2] - contactHeightM) * scale;
    const remaining = Math.max(1e-3, pixelDistance(pixel, goal));
    const back = (backM * scale) / remaining;
    const behind = {
      row: pixel.row - back * (goal.row - pixel.row),
      col: pixel.col - back * (goal.col - pixel.col),
    };
    return Math.hypot(pixelDistance(touch, behind), lifted);
  }
}

/** (row, col) pairs, [1, P, 2]. */
function pairs({ data }: Value): Pixel[] {
  return Array.from({ length: data.length / 2 }, (_, i) => ({ row: data[2 * i], col: data[2 * i + 1] }));
}

/** A point's value at a pixel of the frame, of a grid that lies over it, [1, h' * w', P]. */
function cellOf(grid: Value, pixel: Pixel, point: number): number {
  const { frame, distribution } = SIM_SIZES;
  const { row, col } = rescalePixel(pixel, frame, distribution);
  const within = (value: number, cells: number): number =>
    Math.max(0, Math.min(cells - 1, Math.round(value)));
  const cell = within(row, distribution.height) * distribution.width + within(col, distribution.width);
  return grid.data[cell * grid.shape[2] + point];
}

/** As in `rolloutCosts`, of each point. */
function turnedOff(pixels: readonly Pixel[], wanted: readonly Pixel[], { data }: Value): number[] {
  const off = pixels.map(({ row, col }, p) => ({ row: row - wanted[p].row, col: col - wanted[p].col }));
  return off.map((own, p) => {
    const share = (q: number): number => data[p * off.length + q];
    const common = (of: 'row' | 'col'): number => off.reduce((sum, each, q) => sum + share(q) * each[of], 0);
    return pixelDistance(own, { row: common('row'), col: common('col') });
  });
}
