/**
 * The simulator itself as a perfect predictor, with perfect tracking: what the planner reaches when the model
 * is not to blame (after vp2's simulator_model.py).
 */
import type { Controller, Decision } from '../control/controller.ts';
import { pushProposals, type PushProblem } from '../control/proposals.ts';
import type { Plan, Planner } from '../planner/planner.ts';
import type { CostConfig } from '../cost/rollout.ts';
import type { SimRig } from '../rig/sim-rig.ts';
import { straightMotion } from '../sim/motion.ts';
import { applyAction, type Vector3 } from '../spec/action.ts';
import { pixelDistance, type Pixel } from '../spec/pixel.ts';
import { project, rescaleProjection } from '../spec/projection.ts';
import { seededRandom, type Random } from '../spec/random.ts';
import { goalDistance, pointNow, type PointGoal, type SuiteTask } from './task-suite.ts';

export interface OracleConfig {
  readonly horizon: number;
  readonly proposals: number;
  /** A goal counts as reached within this share of what its task asks for. */
  readonly doneShare: number;
  /** A coarser physics step than the world's own, seconds: cheaper, and nearly the same pushes. */
  readonly timestepS: number;
  readonly cost: CostConfig;
}

/** Costs are taken in pixels of this frame, as the model's are. */
const COST_FRAME = { height: 48, width: 64 };

export function oracleController(
  rig: SimRig,
  task: () => SuiteTask,
  planner: Planner,
  config: OracleConfig,
): Controller {
  const { action: spec, workspace, controlHz, arm } = rig.rig;
  const camera = rescaleProjection(rig.rig.projection, COST_FRAME);
  const dims = spec.names.length;
  let random: Random = seededRandom(0);
  let previous: Plan | undefined;

  return {
    name: 'oracle',

    begin: async ({ seed }) => {
      random = seededRandom(seed);
      previous = undefined;
    },

    async decide({ target, inFlight }, timer): Promise<Decision> {
      const still = spec.names.map(() => 0);
      const open = openGoals();
      if (open.length === 0) {
        return { action: still, done: true, thought: { tracked: [] } };
      }
      const world = rig.world();
      const now = world.saveState();
      const exactTimestepS = world.timestepS();
      world.setTimestep(config.timestepS);
      const tip = step(target, inFlight);
      const start = world.saveState();
      const { horizon, proposals: count } = config;
      const proposals = pushProposals(rig.rig, tip, open.map(problemOf), { count, horizon, random });
      const costs = async (candidates: Float32Array, n: number): Promise<Float32Array> =>
        Float32Array.from({ length: n }, (_, i) => {
          world.restoreState(start);
          const size = candidates.length / n;
          return rollout(tip, candidates.subarray(i * size, (i + 1) * size), open);
        });
      const prior = previous ? { previous, proposals } : { proposals };
      const plan = await timer.section('plan', () => planner.plan({ costs }, prior, random));
      world.setTimestep(exactTimestepS);
      world.restoreState(now);
      previous = plan;
      const { cost, iterations } = plan;
      return {
        action: [...plan.actions.subarray(0, dims)],
        done: false,
        thought: { tracked: [], cost, iterations },
      };
    },
  };

  /** The goals not yet reached, the one farthest from it first. */
  function openGoals(): PointGoal[] {
    const need = (goal: PointGoal): number => goalDistance(rig, goal) / goal.withinM;
    return task()
      .goals.filter((goal) => need(goal) >= config.doneShare)
      .sort((a, b) => need(b) - need(a));
  }

  function problemOf(goal: PointGoal): PushProblem {
    const world = rig.world();
    const [x, y] = pointNow(rig, goal);
    const [mx, my] = world.bodyPoint(goal.object, [0, 0, 0]);
    const footprint = circle([mx - x, my - y], world.objects[goal.object].footprintRadius);
    return { point: [x, y], goal: [goal.goal[0], goal.goal[1]], footprint };
  }

  /** Lets one action happen in the world and returns where the tip was sent. */
  function step(from: Vector3, action: readonly number[]): Vector3 {
    const { target } = applyAction(spec, workspace, from, action);
    rig.world().advance(straightMotion(arm, from, target), 1 / controlHz);
    return target;
  }

  /** The cost of one candidate, term by term as `rolloutCosts` has it, with the true point for the expected one. */
  function rollout(start: Vector3, actions: Float32Array, open: readonly PointGoal[]): number {
    const goals = task().goals.map((goal) => ({
      goal,
      goalPixel: project(camera, goal.goal),
      isOpen: open.includes(goal),
    }));
    const { lastStepWeight, approachWeight, nearPx, effortWeight } = config.cost;
    const horizon = actions.length / dims;
    let tip = start;
    let distance = 0;
    let closest = Infinity;
    let effort = 0;
    for (let t = 0; t < horizon; t++) {
      const action = actions.subarray(t * dims, (t + 1) * dims);
      tip = step(tip, [...action]);
      const weight = (t === horizon - 1 ? lastStepWeight : 1) / goals.length;
      for (const { goal, goalPixel, isOpen } of goals) {
        const pixel = project(camera, pointNow(rig, goal));
        distance += weight * pixelDistance(pixel, goalPixel);
        if (isOpen) closest = Math.min(closest, gripperGap(tip, pixel));
      }
      effort += Math.hypot(...action) / horizon;
    }
    return (
      distance / (horizon - 1 + lastStepWeight) +
      approachWeight * Math.max(0, closest - nearPx) +
      effortWeight * effort
    );
  }

  function gripperGap(tip: Vector3, pixel: Pixel): number {
    const { contactHeightM } = config.cost;
    const touch: Vector3 = [tip[0], tip[1], contactHeightM];
    const beside: Vector3 = [tip[0] + 0.01, tip[1], contactHeightM];
    const pixelsPerMetre = 100 * pixelDistance(project(camera, touch), project(camera, beside));
    const lifted = Math.max(0, tip[2] - contactHeightM) * pixelsPerMetre;
    return Math.hypot(pixelDistance(project(camera, touch), pixel), lifted);
  }
}

/** Points on a circle, metres. */
function circle([x, y]: readonly [number, number], radius: number): (readonly [number, number])[] {
  return Array.from({ length: 16 }, (_, k) => {
    const angle = (2 * Math.PI * k) / 16;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });
}
