/**
 * A pseudo-terminal: what is written to its path arrives here, and the other way round. A driver opens the path as if
 * it were the adapter of a real arm.
 */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';

interface NativePty {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

// The package's own `open` reads the driver's end as well, and so takes its bytes away: only its native part is used.
const { requireBinary } = createRequire(import.meta.url)('@lydell/node-pty/requireBinary.js') as {
  requireBinary: (file: string) => NativePty;
};

/** A cable that can be pulled and plugged in again, at the same path. */
export class Pty {
  /** What a driver opens. */
  readonly path: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'foresight-pty-'));
  readonly #onBytes: (bytes: Uint8Array) => void;
  #master: ReadStream | null = null;
  #slave: ReadStream | null = null;

  constructor(onBytes: (bytes: Uint8Array) => void) {
    this.path = join(this.#folder, 'tty');
    this.#onBytes = onBytes;
    this.plug();
  }

  get isPlugged(): boolean {
    return this.#master !== null;
  }

  plug(): void {
    if (this.#master !== null) return;
    const { master, slave, pty } = requireBinary('pty.node').open(80, 24);
    this.#master = new ReadStream(master);
    // Kept open, so that a driver that closes its end does not hang up; raw, so that nothing is echoed before it opens.
    this.#slave = new ReadStream(slave);
    this.#slave.setRawMode(true);
    this.#master.on('data', (bytes: Buffer) => this.#onBytes(bytes));
    this.#master.on('error', () => {});
    rmSync(this.path, { force: true });
    symlinkSync(pty, this.path);
  }

  unplug(): void {
    if (this.#master === null) return;
    rmSync(this.path, { force: true });
    this.#slave?.destroy();
    this.#master.destroy();
    this.#master = null;
  }

  write(bytes: Uint8Array): void {
    this.#master?.write(bytes);
  }

  dispose(): void {
    this.unplug();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
