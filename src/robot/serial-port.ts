/** A serial line to an arm: bytes in, bytes out, and word when its cable is pulled. */
import { existsSync } from 'node:fs';
import type * as Serialport from 'serialport';
import { ForesightError } from '../spec/errors.ts';
import { countdown } from './countdown.ts';

export interface SerialLine {
  readonly path: string;
  /** Returns when the bytes are handed to the system; throws when the line is gone, or takes nothing any more. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface SerialListener {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The line is gone without having been closed here: the cable, usually. */
  readonly onLost: () => void;
}

/** A line that has not taken a few bytes within this time will not, ms. */
const WRITE_TIMEOUT_MS = 1000;
/** How often is looked whether the adapter is still there, ms. */
const LOOK_MS = 100;

/** Opens a serial port. Throws a ForesightError when it cannot be. */
export async function openSerialLine(
  path: string,
  baudRate: number,
  { onBytes, onLost }: SerialListener,
): Promise<SerialLine> {
  const { SerialPort } = await loadSerialPort();
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error === null) resolve();
      else reject(cannotOpen(path, error));
    });
  });
  let isOpen = true;
  /** Writes under way: a port that is lost forgets about them. */
  const writing = new Set<() => void>();
  port.on('data', (bytes: Buffer) => onBytes(bytes));
  // A write that fails reports to its caller too.
  port.on('error', () => {});
  const end = (): void => {
    clearInterval(looking);
    const isLost = isOpen;
    isOpen = false;
    for (const giveUp of writing) giveUp();
    if (isLost) onLost();
  };
  port.on('close', end);
  // Of some three hundred cables pulled serialport missed one: a read that was waiting may end as if nothing had come. But
  // the adapter's file goes with it; ports without one, as on Windows, are never looked for.
  const looking = setInterval(() => {
    if (existsSync(path)) return;
    end();
    port.close(() => {});
  }, LOOK_MS);
  looking.unref();
  if (!existsSync(path)) clearInterval(looking);
  return {
    path,
    async write(bytes) {
      if (!isOpen) throw lost(path);
      await new Promise<void>((resolve, reject) => {
        const finish = (error?: Error | null): void => {
          stop();
          writing.delete(giveUp);
          if (error) reject(lost(path, error));
          else resolve();
        };
        const giveUp = (): void => finish(new Error('the bytes were not taken'));
        const stop = countdown(WRITE_TIMEOUT_MS, giveUp);
        writing.add(giveUp);
        port.write(Buffer.from(bytes), finish);
      });
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      clearInterval(looking);
      await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
}

/**
 * The one serial port that an arm can be on: a USB adapter's. Throws a ForesightError when there is none, or more than
 * one.
 */
export async function findSerialPort(): Promise<string> {
  const { SerialPort } = await loadSerialPort();
  // Rejects where `udevadm` is missing: then nothing is known, and the port must be named.
  return theOnlyUsbPort(await SerialPort.list().catch(() => []));
}

/** Only USB adapters have a vendor. */
export function theOnlyUsbPort(ports: readonly { path: string; vendorId?: string | undefined }[]): string {
  const usb = ports.filter(({ vendorId }) => vendorId !== undefined).map(({ path }) => path);
  if (usb.length === 1) return usb[0];
  throw new ForesightError(
    usb.length === 0
      ? 'no serial port of a USB adapter was found'
      : `several serial ports could be the arm's: ${usb.join(', ')}`,
    { next: 'plug the arm in, or name its port, for example "port": "/dev/ttyACM0", in "driver" of the rig' },
  );
}

/** Loaded when an arm is opened: whoever has only the simulator needs no native module. */
async function loadSerialPort(): Promise<typeof Serialport> {
  try {
    return await import('serialport');
  } catch (cause) {
    throw new ForesightError('serialport cannot be loaded on this machine', { next: 'npm ci', cause });
  }
}

function cannotOpen(path: string, cause: Error): ForesightError {
  const hint = /permission/i.test(cause.message)
    ? 'sudo usermod -a -G dialout $USER, then log in again'
    : 'plug the arm in and switch its power on, then run the command again; ls /dev/tty* shows the ports';
  return new ForesightError(`${path} cannot be opened: ${cause.message}`, { next: hint, cause });
}

function lost(path: string, cause?: Error): ForesightError {
  return new ForesightError(`${path} is gone`, { next: 'plug the cable in again', cause });
}
