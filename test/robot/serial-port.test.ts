import { describe, expect, it } from 'vitest';
import { openSerialLine, theOnlyUsbPort } from '../../src/robot/serial-port.ts';
import { Pty } from '../emulator/pty.ts';

describe('theOnlyUsbPort', () => {
  const builtIn = { path: '/dev/ttyS0' };
  const arm = { path: '/dev/ttyACM0', vendorId: '1a86' };
  const other = { path: '/dev/ttyUSB0', vendorId: '0403' };

  it('is the adapter of the arm, whatever is built in', () => {
    expect(theOnlyUsbPort([builtIn, arm])).toBe('/dev/ttyACM0');
  });

  it('is not guessed', () => {
    expect(() => theOnlyUsbPort([builtIn])).toThrow('no serial port of a USB adapter was found');
    expect(() => theOnlyUsbPort([arm, other])).toThrow(
      "several serial ports could be the arm's: /dev/ttyACM0, /dev/ttyUSB0",
    );
  });
});

describe('a serial line', () => {
  it('carries every byte both ways, and says when its cable is pulled', async () => {
    const heard: number[] = [];
    const pty = new Pty((bytes) => {
      heard.push(...bytes);
      pty.write(Uint8Array.from(bytes).reverse());
    });
    const received: number[] = [];
    const all = Array.from({ length: 256 }, (_, k) => k);
    let lost = 0;
    const line = await openSerialLine(pty.path, 1_000_000, {
      onBytes: (bytes) => received.push(...bytes),
      onLost: () => lost++,
    });
    await line.write(Uint8Array.from(all));
    while (received.length < 256) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(heard).toEqual(all);
    expect([...received].sort((a, b) => a - b)).toEqual(all);
    pty.unplug();
    while (lost === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(line.write(Uint8Array.of(1))).rejects.toThrow(`${pty.path} is gone`);
    await line.close();
    expect(lost).toBe(1);
    pty.dispose();
  });

  it('that is closed here is not lost', async () => {
    const pty = new Pty(() => {});
    let lost = 0;
    const line = await openSerialLine(pty.path, 115_200, { onBytes: () => {}, onLost: () => lost++ });
    await line.close();
    await line.close();
    expect(lost).toBe(0);
    await expect(line.write(Uint8Array.of(1))).rejects.toThrow(/is gone/);
    pty.dispose();
  });

  it('is not given up when this process was busy while the line took the bytes', async () => {
    // The time for a write ran out while nothing could hear that it was done: an arm whose host stalled for a second
    // was sometimes said to have lost its cable.
    const pty = new Pty(() => {});
    const line = await openSerialLine(pty.path, 1_000_000, { onBytes: () => {}, onLost: () => {} });
    const written = line.write(Uint8Array.of(1, 2, 3));
    const until = performance.now() + 1100;
    while (performance.now() < until);
    await expect(written).resolves.toBeUndefined();
    await line.close();
    pty.dispose();
  });
});
