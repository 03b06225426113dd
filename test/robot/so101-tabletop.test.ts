/** The real arm's driver on the simulated tabletop: it pushes what the simulated arm pushes, to the same place. */
import { expect, it } from 'vitest';
import { cameras } from '../../src/camera/registry.ts';
import { recordEpisode } from '../../src/play/record.ts';
import { findPolicy } from '../../src/play/registry.ts';
import type { LiveRig } from '../../src/rig/live-rig.ts';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import { openArm } from '../../src/robot/registry.ts';
import type { Robot } from '../../src/robot/robot.ts';
import { inverseKinematics } from '../../src/spec/inverse-kinematics.ts';
import { seededRandom } from '../../src/spec/random.ts';
import type { Vector3 } from '../../src/spec/action.ts';
import { createWorld, type World } from '../../src/sim/world.ts';
import { LIMITS } from '../emulator/so101-bench.ts';
import { makeTabletop, type Tabletop } from '../emulator/tabletop.ts';

const PERIOD_S = 0.5;
const SCENE = { seed: 4, objects: 1 } as const;

const openOn = ({ emulator }: Tabletop): Promise<Robot> =>
  openArm('so101', {
    limits: LIMITS,
    periodS: PERIOD_S,
    settings: { port: emulator.path, watchdogMs: 5000, replyTimeoutMs: 500, softStopMs: 0 },
  });

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** Beside the object, at half its height, where a push to the right begins. */
function beside(world: World): Vector3 {
  const [x, y] = world.objectPoint(0);
  return [x - world.objects[0].footprintRadius - 0.03, y, 0.02];
}

it('pushes an object as far as the simulated arm does', async () => {
  const sim = await openSimRig(SCENE);
  const table = makeTabletop(await createWorld(SCENE));
  const from = beside(table.world());
  table.world().placeArm(inverseKinematics(LIMITS.arm, from));
  const robot = await openOn(table);
  try {
    const before = table.world().objectPoint(0);
    await robot.arm();
    await sim.robot.arm();
    (sim.robot as Robot & { placeAt(tip: Vector3): void }).placeAt(from);
    for (const action of [
      [0.5, 0, 0],
      [1, 0, 0],
      [1, 0, 0],
    ]) {
      await robot.send(action);
      await pause(PERIOD_S);
      await robot.state();
      await sim.robot.send(action);
      await sim.clock.endOfStep();
    }
    const [x, y] = table.world().objectPoint(0);
    const [simX, simY] = sim.world().objectPoint(0);
    expect(simX - before[0]).toBeGreaterThan(0.03);
    expect(Math.hypot(x - simX, y - simY)).toBeLessThan(0.006);
  } finally {
    await robot.close();
    table.dispose();
    await sim.close();
  }
});

it('plays and records through the driver, in new scenes', async () => {
  const table = makeTabletop(await createWorld(SCENE));
  table.world().placeArm(inverseKinematics(LIMITS.arm, [0, 0.05, 0.09]));
  const robot = await openOn(table);
  const sim = await openSimRig(SCENE); // for its description only
  const startMs = performance.now();
  const nowMs = (): number => performance.now() - startMs;
  let stepEndsMs = 0;
  const rig: LiveRig = {
    rig: sim.rig,
    robot: {
      ...robot,
      async send(action) {
        stepEndsMs = nowMs() + 1000 * PERIOD_S;
        return robot.send(action);
      },
    },
    camera: cameras['sim-camera'](() => table.world(), sim.rig.frame, nowMs),
    clock: { endOfStep: () => pause((stepEndsMs - nowMs()) / 1000), nowMs },
    async reset(seed) {
      for (let k = 0; k < 3; k++) {
        await robot.send([0, 0, 1]);
        await pause(PERIOD_S);
      }
      table.newScene(await createWorld({ ...SCENE, seed }));
      return { plate: table.world().renderPlate(sim.rig.frame) };
    },
    close: () => robot.close(),
  };
  try {
    await robot.arm();
    for (const seed of [11, 12]) {
      const policy = findPolicy('wandering')({ rig: sim.rig, random: seededRandom(seed) });
      const { moments } = await recordEpisode(rig, policy, { steps: 3, seed });
      expect(moments).toHaveLength(4);
      moments.slice(1).forEach(({ arm }, t) => {
        const sent = moments[t].action!;
        // Where it ended is where it was sent, within what servos leave open.
        arm.tip.forEach((v, d) =>
          expect(Math.abs(v - (moments[t].arm.tip[d] + sent[d] * sim.rig.action.scale[d]))).toBeLessThan(
            0.012,
          ),
        );
      });
    }
  } finally {
    await rig.close();
    table.dispose();
    await sim.close();
  }
});
