import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openGcodeArm } from '../../src/robot/gcode-arm.ts';
import type { Robot } from '../../src/robot/robot.ts';
import { robotContract } from '../contract/robot.ts';
import { GcodeEmulator } from '../emulator/gcode.ts';
import { arrival, LIMITS } from '../emulator/so101-bench.ts';

/** The firmware's zero is behind the table, its x axis points at the camera: (0, 0, 0.05) m is X200 Y0 Z30 there. */
const MOUNTED = { zero: [0, 0.2, 0.02], yawRad: -Math.PI / 2, watchdogMs: 5000 };

async function open(emulator: GcodeEmulator, periodS = 0.1, notices: string[] = []): Promise<Robot> {
  return openGcodeArm({
    limits: LIMITS,
    periodS,
    settings: { port: emulator.path, maxMPerS: 0.5, tickMs: 20, ...MOUNTED },
    onNotice: (message) => notices.push(message),
  });
}

/** The firmware tells its place in hundredths of a millimetre. */
const settled = (robot: Robot, emulator: GcodeEmulator): Promise<void> =>
  arrival(robot, () => emulator.atRest(60), 0.0001);

robotContract({
  name: 'gcode-arm',
  accuracyM: 0.001,
  open: async () => {
    const emulator = new GcodeEmulator([200, 0, 30]);
    const robot = await open(emulator);
    return {
      robot,
      workspace: LIMITS.workspace,
      settle: () => settled(robot, emulator),
      async dispose() {
        await robot.close();
        emulator.dispose();
      },
    };
  },
});

describe('gcode-arm', () => {
  let emulator: GcodeEmulator;
  let robot: Robot;
  let notices: string[];
  beforeEach(async () => {
    emulator = new GcodeEmulator([200, 0, 30]);
    notices = [];
    robot = await open(emulator, 1, notices);
  });
  afterEach(async () => {
    await robot.close();
    emulator.dispose();
  });

  it('speaks millimetres of its firmware, and switches its motors', async () => {
    expect(emulator.lines).toEqual(['M114', 'M114']);
    (await robot.state()).tip.forEach((v, d) => expect(v).toBeCloseTo([0, 0, 0.05][d], 9));
    await robot.arm();
    expect(emulator.lines.slice(3)).toEqual(['G21', 'G90', 'M17', 'M114']);
    await robot.send([0.5, 0.25, -0.5]); // 2 cm right, 1 cm away from the camera, 2 cm down
    await settled(robot, emulator);
    [190, 20, 10].forEach((mm, d) => expect(emulator.at[d]).toBeCloseTo(mm, 2));
    await robot.close();
    expect(emulator.lines.at(-1)).toBe('M18');
    expect(emulator.motorsOn).toBe(false);
  });

  it('has at most a few short pieces to go when its host falls silent', async () => {
    await robot.arm();
    await robot.send([1, 0, 0]);
    while (emulator.at[1] < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = emulator.at[1];
    emulator.unplug();
    await emulator.atRest(300);
    expect(emulator.at[1] - before).toBeLessThan(8); // of the 35 that were left
    expect(notices[0]).toMatch(/^gcode-arm holds still: .*: the cable was pulled/);
    await expect(robot.send([1, 0, 0])).rejects.toThrow(notices[0]);
    emulator.plug();
    await robot.arm();
    await robot.send([0.25, 0, 0]);
    await settled(robot, emulator);
    expect(emulator.at[1] - before).toBeLessThan(18);
    expect(emulator.at[1] - before).toBeGreaterThan(9);
  });

  it('says what its controller complains of', async () => {
    await robot.arm();
    emulator.halted = true;
    await robot.send([1, 0, 0]);
    while (notices.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(notices[0]).toMatch(/the controller says 'Error:Printer halted. kill\(\) called!' \(to G1 X200/);
    await expect(robot.state()).rejects.toThrow(/Printer halted/);
  });

  it('comes to its workspace slowly when it is outside of it', async () => {
    emulator.at[2] = 130; // 0.15 m above the table
    await robot.arm();
    expect(notices).toEqual(['gcode-arm: the arm comes slowly to its workspace']);
    await emulator.atRest();
    expect(emulator.at[2]).toBeCloseTo(70, 2);
    expect(robot.target()[2]).toBeCloseTo(0.09, 9);
  });
});

it('waits for a board that restarts when its port is opened', async () => {
  const emulator = new GcodeEmulator([200, 0, 30], 300);
  const robot = await open(emulator);
  (await robot.state()).tip.forEach((v, d) => expect(v).toBeCloseTo([0, 0, 0.05][d], 9));
  await robot.close();
  emulator.dispose();
});
