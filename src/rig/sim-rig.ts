/** The simulated rig: the tabletop world behind the same contracts as a real table. */
import type { Box, Vector3 } from '../spec/action.ts';
import { ForesightError } from '../spec/errors.ts';
import { inverseKinematics } from '../spec/inverse-kinematics.ts';
import { childSeed, seededRandom } from '../spec/random.ts';
import { parseRig, type Rig } from '../spec/rig.ts';
import { cameras } from '../camera/registry.ts';
import { robots } from '../robot/registry.ts';
import type { ObjectCount } from '../sim/objects.ts';
import type { Variety } from '../sim/shapes.ts';
import { TABLE, TABLETOP_ARM } from '../sim/table.ts';
import { TABLETOP_VIEW, viewpointProjection } from '../sim/viewpoint.ts';
import { createWorld, FRAME_SIZE, type World } from '../sim/world.ts';
import type { LiveRig } from './live-rig.ts';

export const SIM_RIG = 'sim';

/** One control step is half a second, time enough to push 4 cm without throwing anything. */
const CONTROL_HZ = 2;
const STEP_M = 0.04;

/** Where the tip may go: low enough to push everything, high enough to pass over everything. */
const WORKSPACE: Box = { low: [-0.18, -0.13, 0.015], high: [0.18, 0.095, 0.09] };

/** Episodes start low, where pushing happens, and this far from every object, metres. */
const START_HIGHEST_M = 0.06;
const START_LOWEST_M = 0.02;
const START_GAP_M = 0.008;

export interface SimRigOptions {
  /** Shapes and colours of play (default), or those that play never shows. */
  readonly variety?: Variety;
  /** How many objects; 1 to 4 when not given, drawn from each scene's seed. */
  readonly objects?: ObjectCount;
  /** Seed of the scene that stands there before the first `reset`; 0 by default. */
  readonly seed?: number;
}

/** A simulated rig, with the world behind it. */
export interface SimRig extends LiveRig {
  /** The world as it is now; a `reset` makes another one. */
  world(): World;
  truth(): Float32Array;
  /** Lets time pass, seconds: what `clock.endOfStep` does for a control step. */
  advance(seconds: number): void;
}

/** The description of the simulated rig. */
export function simRig(): Rig {
  return parseRig(
    {
      name: SIM_RIG,
      robot: 'sim-arm',
      camera: 'sim-camera',
      frame: FRAME_SIZE,
      controlHz: CONTROL_HZ,
      action: { names: ['x', 'y', 'z'], unit: 'm', kind: 'delta', scale: [STEP_M, STEP_M, STEP_M] },
      workspace: WORKSPACE,
      table: { low: [-TABLE.halfWidth, -TABLE.halfDepth], high: [TABLE.halfWidth, TABLE.halfDepth] },
      projection: viewpointProjection(TABLETOP_VIEW, FRAME_SIZE),
      arm: TABLETOP_ARM,
    },
    'the simulated rig',
  );
}

/** Switches the simulated rig on: a scene from `options.seed`, the arm at its start, not yet armed. */
export async function openSimRig(options: SimRigOptions = {}): Promise<SimRig> {
  const rig = simRig();
  const make = (seed: number): Promise<World> => createWorld({ ...options, seed });
  let world = await make(options.seed ?? 0);
  let closed = false;
  let elapsedMs = 0;
  const nowMs = (): number => elapsedMs;
  const current = (): World => {
    if (closed)
      throw new ForesightError('the simulated rig is closed', { next: 'open it again: openSimRig()' });
    return world;
  };
  const limits = { arm: rig.arm, actionSpec: rig.action, workspace: rig.workspace };
  const robot = robots['sim-arm'](current, limits, 1 / rig.controlHz);
  const camera = cameras['sim-camera'](current, rig.frame, nowMs);
  robot.placeAt(drawStart(world, rig.workspace));
  const advance = (seconds: number): void => {
    current();
    robot.advance(seconds);
    elapsedMs += 1000 * seconds;
  };

  return {
    rig,
    robot,
    camera,
    clock: {
      endOfStep: async () => advance(1 / rig.controlHz),
      isPatient: true,
      nowMs,
    },
    async reset(seed) {
      current().dispose();
      world = await make(seed);
      const plate = world.renderPlate(rig.frame);
      robot.placeAt(drawStart(world, rig.workspace));
      return { plate };
    },
    world: current,
    advance,
    truth: () => current().truth(),
    async close() {
      if (closed) return;
      await robot.close();
      await camera.close();
      world.dispose();
      closed = true;
    },
  };
}

/** A low place for the tip beside the objects, where the arm touches nothing, from the world's seed. */
function drawStart(world: World, workspace: Box): Vector3 {
  const random = seededRandom(childSeed(world.seed, 'start'));
  for (let attempt = 0; attempt < 1000; attempt++) {
    const tip: Vector3 = [
      random.uniform(workspace.low[0], workspace.high[0]),
      random.uniform(workspace.low[1], workspace.high[1]),
      random.uniform(START_LOWEST_M, START_HIGHEST_M),
    ];
    const beside = world.objects.every(({ footprintRadius }, i) => {
      const [x, y] = world.bodyPoint(i, [0, 0, 0]);
      return Math.hypot(tip[0] - x, tip[1] - y) > footprintRadius;
    });
    if (beside && world.armIsFree(inverseKinematics(world.arm, tip), START_GAP_M)) return tip;
  }
  throw new ForesightError(`scene ${world.seed}: no free place for the gripper`, {
    next: 'use another seed or fewer objects',
  });
}
