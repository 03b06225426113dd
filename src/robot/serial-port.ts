/** A serial line to an arm: bytes in, bytes out, and word when its cable is pulled. */
import { ForesightError } from '../spec/errors.ts';

export interface SerialLine {
  readonly path: string;
  /** Returns when the bytes are handed to the system; throws when the line is gone. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface SerialListener {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** The line is gone without having been closed here: the cable, usually. */
  readonly onLost: () => void;
}

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
  port.on('data', (bytes: Buffer) => onBytes(bytes));
  // A write that fails reports to its caller too.
  port.on('error', () => {});
  port.on('close', () => {
    if (isOpen) onLost();
    isOpen = false;
  });
  return {
    path,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (!isOpen) {
          reject(lost(path));
          return;
        }
        port.write(Buffer.from(bytes), (error) => {
          if (error) reject(lost(path, error));
          else resolve();
        });
      }),
    close: () =>
      new Promise((resolve) => {
        if (!isOpen) {
          resolve();
          return;
        }
        isOpen = false;
        port.close(() => resolve());
      }),
  };
}

/**
 * The one serial port that an arm can be on: a USB adapter's. Throws a ForesightError when there is none, or more than
 * one.
 */
export async function findSerialPort(): Promise<string> {
  const { SerialPort } = await loadSerialPort();
  // Rejects where `udevadm` is missing: then nothing is known, and the port must be named.
  const ports = await SerialPort.list().catch(() => []);
  const usb = ports.filter(({ vendorId }) => vendorId !== undefined).map(({ path }) => path);
  if (usb.length === 1) return usb[0];
  throw new ForesightError(
    usb.length === 0
      ? 'no serial port of a USB adapter was found'
      : `several serial ports could be the arm's: ${usb.join(', ')}`,
    { next: 'plug the arm in, or name its port, for example "port": "/dev/ttyACM0", in the rig' },
  );
}

/** Loaded when an arm is opened: whoever has only the simulator needs no native module. */
async function loadSerialPort(): Promise<typeof import('serialport')> {
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
