/** What can go wrong with an arm while it moves: it holds still, and says what happened and what to do. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ForesightError, messageOf } from '../../src/spec/errors.ts';
import { forwardKinematics } from '../../src/spec/kinematics.ts';
import { DEFAULT_CALIBRATION, SERVO_NAMES, ticksToRad } from '../../src/robot/feetech/calibration.ts';
import { ServoBusEmulator } from '../emulator/servo-bus.ts';
import { LIMITS, openSo101Bench, servosAt, type So101Bench } from '../emulator/so101-bench.ts';

/** Moving 4 cm in 2 s at most, the arm is this far when its watchdog's 0.3 s are over, metres; and a servo's lag. */
const WATCHDOG_M = 0.3 * (0.04 / (0.8 * 2)) + 0.003;

/** Where the tip is, by the emulated servos themselves, x in metres. */
function trueX(emulator: ServoBusEmulator): number {
  const rad = emulator
    .positions()
    .map((ticks, k) => ticksToRad(DEFAULT_CALIBRATION[SERVO_NAMES[k]], ticks))
    .slice(0, 5);
  return forwardKinematics(LIMITS.arm, rad).tip[0];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('while it moves', () => {
  let bench: So101Bench;
  beforeEach(async () => {
    bench = await openSo101Bench({ settings: { replyTimeoutMs: 70 }, periodS: 2 });
    await bench.robot.arm();
    await bench.robot.send([1, 0, 0]);
    while (trueX(bench.emulator) < 0.004) await pause(5);
  });
  afterEach(() => bench.dispose());

  /** Waits for the arm to stand still; says what `send` then says. */
  async function whatHappened(from: number): Promise<{ message: string; next?: string }> {
    const { robot, emulator } = bench;
    while (bench.notices.length === 0) await pause(5);
    await emulator.atRest(200);
    expect(trueX(emulator) - from).toBeLessThan(WATCHDOG_M);
    const error = await robot.send([1, 0, 0]).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ForesightError);
    expect(bench.notices[0]).toBe((error as Error).message);
    await emulator.atRest(100);
    expect(trueX(emulator) - from).toBeLessThan(WATCHDOG_M);
    return messageOf(error);
  }

  async function goesOn(): Promise<void> {
    const { robot, emulator } = bench;
    await robot.arm();
    const from = trueX(emulator);
    await robot.send([-0.5, 0, 0]);
    await bench.settle();
    expect(trueX(emulator)).toBeCloseTo(from - 0.02, 2);
  }

  it('the cable is pulled', async () => {
    const from = trueX(bench.emulator);
    bench.emulator.unplug();
    const { message, next } = await whatHappened(from);
    expect(message).toMatch(/^so101 holds still: the cable of .* was pulled$/);
    expect(next).toBe('plug it in again, then run the command again');
    await expect(bench.robot.state()).rejects.toThrow(/was pulled/);
    await bench.robot.hold(); // never throws
    await expect(bench.robot.arm()).rejects.toThrow(/cannot be opened/);
    bench.emulator.plug();
    await goesOn();
  });

  it('a servo falls silent: the others hold', async () => {
    const from = trueX(bench.emulator);
    bench.emulator.faults.silent.add(3);
    const { message, next } = await whatHappened(from);
    expect(message).toMatch(/^so101 holds still: servo 3 \(elbow_flex\) on .*: no answer$/);
    expect(next).toMatch(/check the servo's cable and the power supply/);
    await expect(bench.robot.arm()).rejects.toThrow(/servo 3/);
    bench.emulator.faults.silent.clear();
    await goesOn();
  });

  it('the power goes: nobody waits for servos that cannot answer', async () => {
    for (let id = 1; id <= 6; id++) bench.emulator.faults.silent.add(id);
    await bench.robot.hold(); // never throws
    const error = await bench.robot.send([1, 0, 0]).catch((e: unknown) => e);
    expect(messageOf(error).message).toMatch(
      /servo 1 \(shoulder_pan\), .*servo 6 \(gripper\) on .*: no answer$/,
    );
    bench.emulator.faults.silent.clear();
    bench.emulator.switchOffAndOn();
    await goesOn();
  });

  it('a servo loses its power for a moment, and with it its torque limit', async () => {
    const from = trueX(bench.emulator);
    bench.emulator.servos[3].switchOn();
    const { message, next } = await whatHappened(from);
    expect(message).toBe('so101 holds still: servo 4 (wrist_flex) lost its power for a moment');
    expect(next).toMatch(/check the power supply/);
    await goesOn();
    expect(bench.emulator.servos[3].torqueLimits.at(-1)).toBe(600);
  });

  it('a servo reports an overload', async () => {
    bench.emulator.shafts.resistance[0] = Infinity; // something is in its way
    await pause(700);
    const from = trueX(bench.emulator);
    bench.emulator.servos[0].flags = 32;
    const { message, next } = await whatHappened(from);
    expect(message).toMatch(/^so101 holds still: servo 1 \(shoulder_pan\) reports overload \(.*\)$/);
    expect(next).toMatch(/take away what the arm pushes against/);
    bench.emulator.shafts.resistance[0] = 50;
    await goesOn(); // a goal where it is has cleared the overload
  });

  it('a servo overheats at once, and lets go', async () => {
    const from = trueX(bench.emulator);
    bench.emulator.servos[1].temperatureC = 75;
    const { message } = await whatHappened(from);
    expect(message).toMatch(/servo 2 \(shoulder_lift\) reports overheat/);
    await expect(bench.robot.arm()).rejects.toThrow(/overheat/);
  });

  it('noise on the line: the motion goes on', async () => {
    bench.emulator.faults.noise = 0.05;
    await bench.settle();
    bench.emulator.faults.noise = 0;
    expect(bench.notices).toEqual([]);
    expect(trueX(bench.emulator)).toBeCloseTo(0.04, 2);
  });

  it('it is told to hold', async () => {
    const from = trueX(bench.emulator);
    await bench.robot.hold();
    await bench.emulator.atRest(200);
    expect(trueX(bench.emulator) - from).toBeLessThan(WATCHDOG_M);
    expect(bench.notices).toEqual([]);
  });
});

describe('a process with an arm', () => {
  let emulator: ServoBusEmulator;
  let host: ChildProcess;
  let said: AsyncIterator<string>;
  const nextWord = async (): Promise<unknown> => JSON.parse(String((await said.next()).value));

  function start(fate: string): void {
    emulator = new ServoBusEmulator({ positions: servosAt([0, 0, 0.05]) });
    const script = join(import.meta.dirname, 'so101-host.ts');
    host = spawn(process.execPath, ['--import', 'tsx', script, emulator.path, fate], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    said = createInterface(host.stdout!)[Symbol.asyncIterator]();
  }
  afterEach(() => {
    host.kill('SIGKILL');
    emulator.dispose();
  });

  it('is killed: the arm stands still within the watchdog’s time, and holds', async () => {
    start('dies');
    expect(await nextWord()).toEqual({ moving: true });
    const from = trueX(emulator);
    expect(from).toBeGreaterThan(0.002);
    host.kill('SIGKILL');
    await emulator.atRest(500);
    expect(trueX(emulator) - from).toBeLessThan(WATCHDOG_M);
    expect(emulator.servos.every(({ torqueOn }) => torqueOn)).toBe(true);
  });

  it('is busy with something else for a second: the arm stands still, does not leap, and says so', async () => {
    start('stalls');
    expect(await nextWord()).toEqual({ moving: true });
    const from = trueX(emulator);
    await pause(400);
    await emulator.atRest(200);
    const stoppedAt = trueX(emulator);
    expect(stoppedAt - from).toBeLessThan(0.05 * (0.04 / 1.6) + WATCHDOG_M);
    const { message, next } = (await nextWord()) as { message: string; next: string };
    expect(message).toMatch(/^so101 holds still: this computer sent no goal for \d+ ms \(at most 300\)$/);
    expect(next).toMatch(/fewer --threads/);
    expect(trueX(emulator)).toBeCloseTo(stoppedAt, 3);
    const { tip } = (await nextWord()) as { tip: number[] }; // armed again, it moves again
    expect(tip[0]).toBeCloseTo(stoppedAt - 0.02, 2);
  });
});
