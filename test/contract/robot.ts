/** What every arm promises (`src/robot/robot.ts`). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Robot } from '../../src/robot/robot.ts';
import type { Box, Vector3 } from '../../src/spec/action.ts';
import { ForesightError } from '../../src/spec/errors.ts';

/** One arm on its bench: with nothing in its way, its target well inside the workspace. */
export interface RobotBench {
  readonly robot: Robot;
  readonly workspace: Box;
  /** Returns when the motion under way has ended. */
  settle(): Promise<void>;
  dispose(): Promise<void>;
}

export interface RobotCase {
  readonly name: string;
  readonly open: () => Promise<RobotBench>;
  /** How near the tip comes to its target when nothing is in the way, metres. */
  readonly accuracyM: number;
}

export function robotContract({ name, open, accuracyM }: RobotCase): void {
  describe(`robot contract: ${name}`, () => {
    let bench: RobotBench;
    let robot: Robot;
    beforeEach(async () => {
      bench = await open();
      robot = bench.robot;
    });
    afterEach(() => bench.dispose());

    const distance = (a: Vector3, b: Vector3): number => Math.hypot(...a.map((v, d) => v - b[d]));
    const still = (): number[] => robot.actionSpec.names.map(() => 0);

    it('moves nothing before it is armed', async () => {
      const before = await robot.state();
      await expect(robot.send(still().fill(1))).rejects.toThrow(ForesightError);
      await bench.settle();
      const after = await robot.state();
      expect(distance(after.tip, before.tip)).toBeLessThan(accuracyM);
    });

    it('moves its tip by the action, in metres of the action spec', async () => {
      await robot.arm();
      for (const d of robot.actionSpec.names.keys()) {
        const from = robot.target();
        const action = still();
        action[d] = 0.5;
        const sent = await robot.send(action);
        action.forEach((a, k) => expect(sent[k]).toBeCloseTo(a, 9));
        const expected = from.map((v, k) => v + (k === d ? 0.5 * robot.actionSpec.scale[d] : 0));
        robot.target().forEach((v, k) => expect(v).toBeCloseTo(expected[k], 9));
        await bench.settle();
        expect(distance((await robot.state()).tip, robot.target())).toBeLessThan(accuracyM);
      }
    });

    it('clamps the action to -1..1 and the target to the workspace, and says what was SENT', async () => {
      await robot.arm();
      const from = robot.target();
      const sent = await robot.send(still().fill(7));
      for (const a of sent) expect(Math.abs(a)).toBeLessThanOrEqual(1);
      robot
        .target()
        .forEach((v, d) => expect(v).toBeCloseTo(from[d] + sent[d] * robot.actionSpec.scale[d], 9));
      await bench.settle();
      for (let step = 0; step < 40; step++) {
        await robot.send(still().fill(1));
        await bench.settle();
      }
      robot.target().forEach((v, d) => expect(v).toBeCloseTo(bench.workspace.high[d], 9));
      const stuck = await robot.send(still().fill(1));
      for (const a of stuck) expect(a).toBeCloseTo(0, 9);
    });

    it('refuses a malformed action, and stays where it is', async () => {
      await robot.arm();
      const target = robot.target();
      await expect(robot.send([0])).rejects.toThrow(/expected 3 finite numbers/);
      await expect(robot.send(still().fill(NaN))).rejects.toThrow(/expected 3 finite numbers/);
      expect(robot.target()).toEqual(target);
    });

    it('reports its joints in radians and its tip in metres', async () => {
      const { jointsRad, tip } = await robot.state();
      expect(jointsRad.length).toBeGreaterThan(0);
      expect(jointsRad.every((q) => Number.isFinite(q) && Math.abs(q) < 2 * Math.PI)).toBe(true);
      tip.forEach((v, d) => {
        expect(v).toBeGreaterThan(bench.workspace.low[d] - accuracyM);
        expect(v).toBeLessThan(bench.workspace.high[d] + accuracyM);
      });
    });

    it('holds where it is: the target becomes the present position', async () => {
      await robot.arm();
      await robot.send(still().fill(-1));
      await robot.hold();
      const { tip } = await robot.state();
      expect(distance(robot.target(), tip)).toBeLessThan(accuracyM);
      await bench.settle();
      expect(distance((await robot.state()).tip, tip)).toBeLessThan(2 * accuracyM);
    });

    it('may be wrapped: its methods need no `this`', async () => {
      const wrapped = { ...robot };
      await wrapped.arm();
      const sent = await wrapped.send(still());
      expect(sent).toHaveLength(robot.actionSpec.names.length);
      expect(wrapped.target()).toEqual(robot.target());
      await wrapped.hold();
    });

    it('closes twice without complaint, and moves no more', async () => {
      await robot.arm();
      await robot.close();
      await robot.close();
      await expect(robot.send(still())).rejects.toThrow(ForesightError);
    });
  });
}
