/**
 * One exchange on the servo bus's single wire: a packet goes out, replies come in. The wire is half-duplex: some adapters
 * hand back what is sent before the replies.
 */
import { countdown } from '../countdown.ts';
import { openSerialLine, type SerialLine } from '../serial-port.ts';
import { BROADCAST_ID, encodePacket, INSTRUCTION, PacketReader, samePacket, type Packet } from './packet.ts';
import { REGISTERS } from './registers.ts';
import { ServoError } from './servo-error.ts';

const BAUD_RATE = 1_000_000;
/** An echo comes from the adapter itself, at once: no need to wait for longer, ms. */
const ECHO_MS = 30;

/** A question on the wire, and what has been answered so far. */
export interface Exchange {
  readonly sent: Packet;
  /** How many parameters every reply has. */
  readonly paramCount: number;
  /** Ids whose reply is still to come: they move from here to `replies`. */
  readonly missing: Set<number>;
  readonly replies: Map<number, Packet>;
}

export class Wire {
  readonly path: string;
  readonly #timeoutMs: number;
  readonly #reader = new PacketReader();
  #line: SerialLine | null = null;
  #closed = false;
  #echoes = false;
  #current: (Exchange & { echoToCome: boolean; readonly settle: () => void }) | null = null;

  constructor(path: string, timeoutMs: number) {
    this.path = path;
    this.#timeoutMs = timeoutMs;
  }

  /** Whether the line is there: not yet closed, its cable not pulled. */
  get isOpen(): boolean {
    return this.#line !== null;
  }

  /** Opens the line, or opens it again after its cable was pulled. */
  async open(): Promise<void> {
    if (this.#line !== null) return;
    this.#line = await openSerialLine(this.path, BAUD_RATE, {
      onBytes: (bytes) => this.#receive(bytes),
      onLost: () => this.#drop(),
    });
    this.#closed = false;
    this.#echoes = false;
    this.#echoes = await this.#hearsItself();
  }

  async close(): Promise<void> {
    const line = this.#line;
    this.#closed = true;
    this.#drop();
    await line?.close();
  }

  /** Sends a packet that nobody replies to. Throws a ServoError when the line is gone. */
  async send(packet: Packet): Promise<void> {
    if (this.#line === null) throw this.#unplugged();
    try {
      await this.#line.write(encodePacket(packet));
    } catch (cause) {
      throw this.#unplugged(cause);
    }
  }

  /**
   * Returns when no reply is missing any more, or the time is up: with whether anything but an echo was heard, be it
   * damaged. Throws a ServoError when the line is gone.
   */
  async exchange(exchange: Exchange, timeoutMs = this.#timeoutMs): Promise<boolean> {
    this.#reader.reset();
    const discarded = this.#reader.discarded;
    const answered = exchange.replies.size;
    const over = new Promise<void>((settle) => {
      this.#current = { ...exchange, echoToCome: this.#echoes, settle };
    });
    try {
      await this.send(exchange.sent);
      await orTimeout(over, timeoutMs);
      if (this.#line === null) throw this.#unplugged();
      this.#reader.reset();
      return this.#reader.discarded > discarded || exchange.replies.size > answered;
    } finally {
      this.#current = null;
    }
  }

  #receive(bytes: Uint8Array): void {
    for (const packet of this.#reader.push(bytes)) {
      const current = this.#current;
      // No servo has this id: the adapter echoes, even if it was too late to be noticed at first.
      if (packet.id === BROADCAST_ID) this.#echoes = true;
      if (current === null) continue;
      if (current.echoToCome && samePacket(packet, current.sent)) {
        current.echoToCome = false;
        continue;
      }
      // A reply of another length answers an earlier question, late.
      if (!current.missing.has(packet.id) || packet.params.length !== current.paramCount) continue;
      current.missing.delete(packet.id);
      current.replies.set(packet.id, packet);
      if (current.missing.size === 0) current.settle();
    }
  }

  /** A sync read of no servo: nobody answers, so what comes back is an echo. */
  async #hearsItself(): Promise<boolean> {
    const { address, bytes } = REGISTERS.presentPosition;
    const sent = { id: BROADCAST_ID, code: INSTRUCTION.syncRead, params: [address, bytes] };
    const missing = new Set([BROADCAST_ID]);
    await this.exchange({ sent, paramCount: sent.params.length, missing, replies: new Map() }, ECHO_MS);
    return missing.size === 0;
  }

  #drop(): void {
    this.#line = null;
    this.#current?.settle();
  }

  #unplugged(cause?: unknown): ServoError {
    return this.#closed
      ? new ServoError('unplugged', [], `${this.path} is closed`, { next: 'open the arm again', cause })
      : new ServoError('unplugged', [], `the cable of ${this.path} was pulled`, {
          next: 'plug it in again, then run the command again',
          cause,
        });
  }
}

/** Returns when `event` has happened or the time is up. */
async function orTimeout(event: Promise<void>, timeoutMs: number): Promise<void> {
  let stop = (): void => {};
  const timeIsUp = new Promise<void>((resolve) => {
    stop = countdown(timeoutMs, resolve);
  });
  await Promise.race([event, timeIsUp]);
  stop();
}
