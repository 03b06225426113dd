/**
 * The servo bus: one question at a time, asked again when the answer is lost. Groups of servos are read, and written, in
 * one exchange (sync read, sync write).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { BROADCAST_ID, INSTRUCTION, type Packet } from './packet.ts';
import { decodeRegister, encodeRegister, REGISTERS, type RegisterName } from './registers.ts';
import { complaint, ServoError } from './servo-error.ts';
import { Wire } from './wire.ts';

export interface BusOptions {
  /**
   * How long a reply may take, ms. A servo answers in under 1 ms and USB adapters keep bytes for up to 16; a computer
   * with other work takes longer to hand them over.
   */
  readonly timeoutMs?: number;
  /** How often a question is asked again. */
  readonly retries?: number;
  /** What a servo is called in messages. */
  readonly label?: (id: number) => string;
}

/** What went over the bus so far. */
export interface BusCounts {
  readonly exchanges: number;
  /** Questions that were asked again. */
  readonly repeated: number;
}

export class ServoBus {
  readonly #wire: Wire;
  readonly #timeoutMs: number;
  readonly #retries: number;
  readonly #label: (id: number) => string;
  /** Of each servo's last reply. */
  readonly #errorBytes = new Map<number, number>();
  #lastTurn: Promise<unknown> = Promise.resolve();
  #exchanges = 0;
  #repeated = 0;

  constructor(path: string, { timeoutMs = 60, retries = 3, label }: BusOptions = {}) {
    this.#wire = new Wire(path, timeoutMs);
    this.#timeoutMs = timeoutMs;
    this.#retries = retries;
    this.#label = label ?? ((id) => `servo ${id}`);
  }

  get isOpen(): boolean {
    return this.#wire.isOpen;
  }

  get counts(): BusCounts {
    return { exchanges: this.#exchanges, repeated: this.#repeated };
  }

  /** Opens the line, or opens it again after its cable was pulled. Throws a ForesightError when it cannot be. */
  async open(): Promise<void> {
    await this.#inTurn(() => this.#wire.open());
    this.#errorBytes.clear();
  }

  async close(): Promise<void> {
    await this.#wire.close();
  }

  /** Throws a ServoError unless the servo answers. */
  async ping(id: number): Promise<void> {
    await this.#ask([id], 0, () => ({ id, code: INSTRUCTION.ping, params: [] }));
  }

  async read(id: number, name: RegisterName): Promise<number> {
    const { address, bytes } = REGISTERS[name];
    const replies = await this.#ask([id], bytes, () => ({
      id,
      code: INSTRUCTION.read,
      params: [address, bytes],
    }));
    return decodeRegister(name, replies.get(id)!.params, address);
  }

  async write(id: number, name: RegisterName, value: number): Promise<void> {
    const params = [REGISTERS[name].address, ...encodeRegister(name, value)];
    await this.#ask([id], 0, () => ({ id, code: INSTRUCTION.write, params }));
  }

  /** Registers of several servos in one exchange: one record a servo, in the order of `ids`. */
  async syncRead<Name extends RegisterName>(
    ids: readonly number[],
    names: readonly Name[],
  ): Promise<Record<Name, number>[]> {
    const from = Math.min(...names.map((name) => REGISTERS[name].address));
    const count = Math.max(...names.map((name) => REGISTERS[name].address + REGISTERS[name].bytes)) - from;
    const replies = await this.#ask(ids, count, (missing) => ({
      id: BROADCAST_ID,
      code: INSTRUCTION.syncRead,
      params: [from, count, ...missing],
    }));
    return ids.map((id) => {
      const { params } = replies.get(id)!;
      const values = names.map((name) => [name, decodeRegister(name, params, from)]);
      return Object.fromEntries(values) as Record<Name, number>;
    });
  }

  /** Writes one register of several servos in one packet; nobody replies to it. */
  async syncWrite(name: RegisterName, ids: readonly number[], values: readonly number[]): Promise<void> {
    const { address, bytes } = REGISTERS[name];
    const data = ids.flatMap((id, k) => [id, ...encodeRegister(name, values[k])]);
    const packet = { id: BROADCAST_ID, code: INSTRUCTION.syncWrite, params: [address, bytes, ...data] };
    await this.#inTurn(() => this.#wire.send(packet));
  }

  /** What the servos complained of in their last replies; null when all is well. */
  complaint(ids: readonly number[]): ServoError | null {
    for (const id of ids) {
      const error = complaint(id, this.#label(id), this.#errorBytes.get(id) ?? 0);
      if (error !== null) return error;
    }
    return null;
  }

  /** Asks until every servo has answered; those that have are not asked again. */
  #ask(
    ids: readonly number[],
    paramCount: number,
    question: (missing: readonly number[]) => Packet,
  ): Promise<Map<number, Packet>> {
    return this.#inTurn(async () => {
      const replies = new Map<number, Packet>();
      const missing = new Set(ids);
      let unheard = 0;
      for (let attempt = 0; attempt <= this.#retries && missing.size > 0; attempt++) {
        this.#exchanges++;
        if (attempt > 0) this.#repeated++;
        const heard = await this.#wire.exchange({
          sent: question([...missing]),
          paramCount,
          missing,
          replies,
        });
        if (!heard) unheard++;
      }
      for (const [id, { code }] of replies) this.#errorBytes.set(id, code);
      if (missing.size > 0) throw this.#silent([...missing]);
      // A servo that answers late answers every time it was asked: those answers must not be taken for the next ones.
      if (unheard > 0) await sleep((unheard + 1) * this.#timeoutMs);
      return replies;
    });
  }

  #silent(ids: readonly number[]): ServoError {
    const who = ids.map(this.#label).join(', ');
    return new ServoError('silent', ids, `${who} on ${this.#wire.path}: no answer`, {
      next: "check the servo's cable and the power supply, then run the command again",
    });
  }

  /** One exchange after the other, whatever became of the one before. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }
}
