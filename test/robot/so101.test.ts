import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_CALIBRATION } from '../../src/robot/feetech/calibration.ts';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import { robotContract } from '../contract/robot.ts';
import {
  LIMITS,
  openSo101Bench,
  servosAt,
  type So101Bench,
  type So101BenchOptions,
} from '../emulator/so101-bench.ts';

robotContract({
  name: 'so101',
  // A servo stands still on whole ticks: 0.6 mm at the arm's length each.
  accuracyM: 0.003,
  open: async () => {
    const bench = await openSo101Bench();
    const { robot } = bench;
    return {
      robot,
      workspace: LIMITS.workspace,
      settle: () => bench.settle(),
      dispose: () => bench.dispose(),
    };
  },
});

let bench: So101Bench;
const open = async (options: So101BenchOptions = {}): Promise<So101Bench> =>
  (bench = await openSo101Bench(options));
const tip = async (): Promise<readonly number[]> => (await bench.robot.state()).tip;

describe('so101', () => {
  afterEach(() => bench.dispose());

  it('is where its servos say that it is', async () => {
    const { robot } = await open();
    const { jointsRad, tip } = await robot.state();
    expect(jointsRad).toHaveLength(5);
    [0, 0, 0.05].forEach((v, d) => expect(tip[d]).toBeCloseTo(v, 2));
    expect(robot.target()).toEqual(tip);
  });

  it('writes nothing to its servos before it is armed', async () => {
    const { robot, emulator } = await open();
    const before = emulator.servos.map(({ memory }) => [...memory.subarray(0, 56)]);
    await robot.state();
    await robot.hold();
    await robot.close();
    expect(emulator.servos.map(({ memory }) => [...memory.subarray(0, 56)])).toEqual(before);
  });

  it('starts softly: torque on, limited, at the present position, whatever goal was left over', async () => {
    const { robot, emulator } = await open();
    const before = emulator.positions();
    for (const servo of emulator.servos) servo.memory.set([0, 0], 42);
    await robot.arm();
    await emulator.atRest();
    emulator.positions().forEach((ticks, k) => expect(Math.abs(ticks - before[k])).toBeLessThan(1.5));
    expect(emulator.servos.every(({ torqueOn }) => torqueOn)).toBe(true);
    expect(emulator.servos[1].memory[48] + 256 * emulator.servos[1].memory[49]).toBe(600);
    expect(emulator.servos[5].memory[48] + 256 * emulator.servos[5].memory[49]).toBe(500);
  });

  it('takes the actions of the simulated arm to the same places', async () => {
    const { robot } = await open();
    const sim = await openSimRig({ seed: 1, objects: 0 });
    try {
      await robot.arm();
      await sim.robot.arm();
      const start = await tip();
      const simStart = (await sim.robot.state()).tip;
      const actions = [
        [0.5, 0.3, -0.4],
        [-0.6, 0.2, 0.3],
        [0.4, -0.8, 0.2],
      ];
      for (const action of actions) {
        const [sent, simSent] = [await robot.send(action), await sim.robot.send(action)];
        sent.forEach((a, d) => expect(a).toBeCloseTo(simSent[d], 9));
        await bench.settle();
        await sim.clock.endOfStep();
      }
      const [end, simEnd] = [await tip(), (await sim.robot.state()).tip];
      end.forEach((v, d) => expect(v - start[d]).toBeCloseTo(simEnd[d] - simStart[d], 2));
    } finally {
      await sim.close();
    }
  });

  it('moves along a straight line, in many small goals', async () => {
    const { robot, emulator } = await open();
    await robot.arm();
    const before = emulator.servos[0].goalWrites;
    const visited: (readonly number[])[] = [];
    await robot.send([1, 0, 0]);
    for (let k = 0; k < 10; k++) visited.push(await tip());
    await bench.settle();
    expect(emulator.servos[0].goalWrites - before).toBeGreaterThan(5);
    for (const [, y, z] of visited) {
      expect(Math.abs(y)).toBeLessThan(0.004);
      expect(Math.abs(z - 0.05)).toBeLessThan(0.004);
    }
  });

  it('knows joints that are mounted the other way round, with an offset', async () => {
    const calibration = {
      ...DEFAULT_CALIBRATION,
      shoulder_lift: { ...DEFAULT_CALIBRATION.shoulder_lift, direction: -1, homingOffset: -300 },
    } as const;
    const positions = servosAt([0, 0, 0.05], calibration);
    positions[1] -= 300; // the encoder's own reading
    const { robot } = await open({ bus: { positions }, settings: { calibration } }).catch(
      async (error: unknown) => {
        // The offset is not in the servo yet: the arm on this port is not the calibrated one.
        expect(String(error)).toMatch(/servo 2 \(shoulder_lift\).*expected homing offset -300.*got 0/);
        return open({ bus: { positions, homingOffsets: [0, -300, 0, 0, 0, 0] }, settings: { calibration } });
      },
    );
    await robot.arm();
    [0, 0, 0.05].forEach((v, d) => expect(robot.target()[d]).toBeCloseTo(v, 2));
    await robot.send([0, 0.5, 0.5]);
    await bench.settle();
    const [, y, z] = await tip();
    expect(y).toBeCloseTo(0.02, 2);
    expect(z).toBeCloseTo(0.07, 2);
  });

  it('comes to its workspace by itself, slowly, when it is armed elsewhere', async () => {
    const folded = [2048, 1000, 3100, 2900, 2600, 2048];
    const { robot, emulator, notices } = await open({ bus: { positions: folded } });
    await robot.arm();
    expect(notices).toEqual(['so101: the arm comes slowly to its workspace']);
    await emulator.atRest();
    const at = await tip();
    robot.target().forEach((v, d) => expect(at[d]).toBeCloseTo(v, 2));
    at.forEach((v, d) => {
      expect(v).toBeGreaterThan(LIMITS.workspace.low[d] - 0.003);
      expect(v).toBeLessThan(LIMITS.workspace.high[d] + 0.003);
    });
    const speeds = emulator.history.slice(1).map(({ shafts, atMs }, k) => {
      const before = emulator.history[k];
      return Math.max(...shafts.map((v, i) => Math.abs(v - before.shafts[i]) / (atMs - before.atMs)));
    });
    expect(Math.max(...speeds)).toBeLessThan(0.8); // ticks/ms; 0.4 rad/s are 0.26
  });

  it('starts the next action from where a blocked arm is, and gives way', async () => {
    const { robot, emulator, notices } = await open();
    await robot.arm();
    emulator.shafts.resistance.fill(Infinity);
    for (let k = 0; k < 2; k++) {
      await robot.send([1, 0, 0]);
      await emulator.atRest(250);
      await robot.state();
    }
    expect(Math.abs(robot.target()[0])).toBeLessThan(0.003);
    await robot.send([1, 1, 0]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    emulator.shafts.resistance.fill(50);
    await emulator.atRest(100);
    expect(notices.join()).toMatch(/servo . \(shoulder_\w+\) pressed with all its torque: the arm gives way/);
    expect(Math.abs((await tip())[0])).toBeLessThan(0.003); // it did not leap when it came free
  });

  it('pauses while a servo is hot, and goes on when it has cooled down', async () => {
    const { robot, emulator, notices } = await open();
    await robot.arm();
    emulator.servos[2].temperatureC = 59;
    while (notices.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(notices[0]).toBe('so101: servo 3 (elbow_flex) is at 59 °C: the arm pauses until it is at 50 °C');
    const sending = robot.send([0.5, 0, 0]);
    await emulator.atRest(200);
    expect((await tip())[0]).toBeCloseTo(0, 2);
    emulator.servos[2].temperatureC = 49;
    const sent = await sending;
    [0.5, 0, 0].forEach((a, d) => expect(sent[d]).toBeCloseTo(a, 9));
    await bench.settle();
    expect((await tip())[0]).toBeCloseTo(0.02, 2);
  });

  it('can be held while it is too hot', async () => {
    const { robot, emulator, notices } = await open();
    await robot.arm();
    emulator.servos[2].temperatureC = 60;
    while (notices.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const sending = robot.send([0.5, 0, 0]);
    await Promise.all([expect(sending).rejects.toThrow(/held while it was too hot/), robot.hold()]);
  });

  it('lets go softly when it is closed', async () => {
    const { robot, emulator } = await open({ settings: { softStopMs: 200 } });
    await robot.arm();
    await robot.close();
    emulator.catchUp();
    expect(emulator.servos.some(({ torqueOn }) => torqueOn)).toBe(false);
    expect(emulator.servos[1].torqueLimits).toEqual([1000, 600, 450, 300, 150, 0]);
  });
});

it.each([
  [{ torqueLimit: 2 }, /so101: driver\.torqueLimit: /],
  [{ speed: 1 }, /so101: driver: .*speed/],
  [{ hotC: 40 }, /so101: driver\.cooledC: must be under hotC/],
])('refuses settings %j', async (settings, message) => {
  await expect(openSo101Bench({ settings })).rejects.toThrow(message);
});
