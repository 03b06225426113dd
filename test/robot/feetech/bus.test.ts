import { afterEach, describe, expect, it } from 'vitest';
import { ServoBus, type BusOptions } from '../../../src/robot/feetech/bus.ts';
import { ServoError } from '../../../src/robot/feetech/servo-error.ts';
import { ForesightError } from '../../../src/spec/errors.ts';
import { ServoBusEmulator, type ServoBusOptions } from '../../emulator/servo-bus.ts';

const IDS = [1, 2, 3, 4, 5, 6];
const POSITIONS = [2048, 1000, 3000, 12, 4090, 2500];

const LABEL = (id: number): string => `servo ${id} (joint ${id})`;

let emulator: ServoBusEmulator;
let bus: ServoBus;

async function open(options: ServoBusOptions = {}, busOptions: BusOptions = {}): Promise<void> {
  emulator = new ServoBusEmulator({ positions: POSITIONS, ...options });
  bus = new ServoBus(emulator.path, { label: LABEL, timeoutMs: 500, ...busOptions });
  await bus.open();
}

afterEach(async () => {
  await bus.close();
  emulator.dispose();
});

const positions = async (): Promise<number[]> =>
  (await bus.syncRead(IDS, ['presentPosition'])).map((values) => values.presentPosition);

describe.each([
  ['plain', {}],
  ['an adapter that echoes', { echo: true }],
  ['servos that take 3 ms', { latencyMs: 3 }],
] as const)('the servo bus, %s', (_, options) => {
  it('pings, reads and writes', async () => {
    await open(options);
    await bus.ping(3);
    expect(await bus.read(2, 'presentPosition')).toBe(1000);
    expect(await bus.read(1, 'modelNumber')).toBe(777);
    await bus.write(5, 'torqueLimit', 500);
    expect(await bus.read(5, 'torqueLimit')).toBe(500);
    expect(await bus.read(4, 'torqueLimit')).toBe(1000);
  });

  it('reads and writes all servos in one exchange each', async () => {
    await open(options);
    const before = bus.counts.exchanges;
    expect(await positions()).toEqual(POSITIONS);
    await bus.syncWrite('torqueLimit', IDS, [100, 200, 300, 400, 500, 600]);
    const all = await bus.syncRead(IDS, ['torqueLimit', 'presentTemperature']);
    expect(all.map(({ torqueLimit }) => torqueLimit)).toEqual([100, 200, 300, 400, 500, 600]);
    expect(all.every(({ presentTemperature }) => presentTemperature === 30)).toBe(true);
    expect(bus.counts).toEqual({ exchanges: before + 2, repeated: 0 });
  });

  it('takes questions from all sides, one after the other', async () => {
    await open(options);
    const read = await Promise.all(IDS.map((id) => bus.read(id, 'presentPosition')));
    expect(read).toEqual(POSITIONS);
  });
});

describe('the servo bus', () => {
  it('reads negative positions and homing offsets', async () => {
    await open();
    await bus.write(4, 'homingOffset', 100); // 12 - 100
    await bus.write(5, 'homingOffset', -20); // 4090 + 20: past a whole turn
    expect(await bus.read(4, 'presentPosition')).toBe(-88);
    expect(await bus.read(5, 'presentPosition')).toBe(4110);
  });

  it('keeps EEPROM only when unlocked', async () => {
    await open();
    await bus.write(1, 'homingOffset', 85);
    await bus.write(2, 'lock', 0);
    await bus.write(2, 'homingOffset', -85);
    await bus.write(2, 'lock', 1);
    emulator.switchOffAndOn();
    expect(await bus.read(1, 'homingOffset')).toBe(0);
    expect(await bus.read(2, 'homingOffset')).toBe(-85);
  });

  it('puts replies together from single bytes', async () => {
    await open();
    emulator.faults.splitBytes = 1;
    expect(await positions()).toEqual(POSITIONS);
    expect(bus.counts.repeated).toBe(0);
  });

  it('asks again, but only those whose reply was lost to noise', async () => {
    await open({}, { timeoutMs: 20, retries: 20 });
    emulator.faults.noise = 0.3;
    for (let round = 0; round < 10; round++) expect(await positions()).toEqual(POSITIONS);
    expect(bus.counts.repeated).toBeGreaterThan(3);
  });

  it('does not take a late answer for that to another question', async () => {
    await open({ latencyMs: 80 }, { timeoutMs: 50 });
    expect(await bus.read(6, 'presentPosition')).toBe(2500);
    expect(await bus.read(6, 'torqueLimit')).toBe(1000);
    expect(await bus.read(2, 'modelNumber')).toBe(777);
    expect(await bus.read(3, 'presentPosition')).toBe(3000);
    expect(bus.counts.repeated).toBeGreaterThan(0);
  });

  it('names a servo that stopped answering, and hears it again later', async () => {
    await open({}, { timeoutMs: 50 });
    emulator.faults.silent.add(3);
    const error = await positions().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ServoError);
    expect(error).toMatchObject({ problem: 'silent', ids: [3] });
    expect((error as ServoError).message).toMatch(/^servo 3 \(joint 3\) on .*: no answer$/);
    expect((error as ServoError).next).toMatch(/cable/);
    emulator.faults.silent.clear();
    expect(await positions()).toEqual(POSITIONS);
  });

  it.each([
    [1, 'voltage'],
    [2, 'angle'],
    [4, 'overheat'],
    [8, 'overcurrent'],
    [32, 'overload'],
  ])('knows error byte %d as %s, and still reads', async (errorByte, problem) => {
    await open();
    expect(bus.complaint(IDS)).toBe(null);
    emulator.servos[1].flags = errorByte;
    expect(await positions()).toEqual(POSITIONS);
    const error = bus.complaint(IDS);
    expect(error).toMatchObject({ problem, ids: [2] });
    expect(error?.message).toContain(`servo 2 (joint 2) reports ${problem}`);
    expect(error?.next).not.toBe(undefined);
  });

  it('is not fooled by an echo that looks like a reply with a flag', async () => {
    await open({ echo: true });
    await bus.ping(1); // its echo is, byte for byte, the reply of a servo with a voltage error
    expect(bus.complaint([1])).toBe(null);
    emulator.servos[0].flags = 1;
    await bus.ping(1);
    expect(bus.complaint([1])).toMatchObject({ problem: 'voltage' });
  });

  it('says that the cable was pulled, and goes on when it is plugged in again', async () => {
    await open();
    const asked = positions();
    emulator.unplug();
    await expect(asked).rejects.toMatchObject({ problem: 'unplugged' });
    await expect(positions()).rejects.toThrow(/the cable of .* was pulled/);
    expect(bus.isOpen).toBe(false);
    await expect(bus.open()).rejects.toThrow(ForesightError);
    emulator.plug();
    await bus.open();
    expect(await positions()).toEqual(POSITIONS);
  });

  it('waits once more for an answer when this process was too busy to read it', async () => {
    await open({ latencyMs: 0 }, { retries: 0, timeoutMs: 20 });
    const asked = positions();
    // The question is out; nothing can be read for longer than an answer may take.
    setImmediate(() => {
      const until = performance.now() + 100;
      while (performance.now() < until);
    });
    expect(await asked).toEqual(POSITIONS);
  });
});

it('says how to get at a port that cannot be opened', async () => {
  emulator = new ServoBusEmulator();
  bus = new ServoBus('/dev/no-such-port');
  const error = await bus.open().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ForesightError);
  expect((error as ForesightError).message).toMatch(/^\/dev\/no-such-port cannot be opened: /);
  expect((error as ForesightError).next).toMatch(/plug the arm in/);
});
