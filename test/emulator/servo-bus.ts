/**
 * Six STS3215 servos on a bus behind a pseudo-terminal. Time is the wall clock's, and passes while nobody asks: servos
 * go on towards their goals although the process that gave them is dead or busy. Faults are at the caller's command.
 */
import { seededRandom } from '../../src/spec/random.ts';
import { Pty } from './pty.ts';
import { EmulatedServo } from './servo.ts';
import { FreeShafts, type Shafts } from './shafts.ts';

/** Motion is computed in steps of this length, seconds. */
const STEP_S = 0.004;
const HISTORY = 16_000;
/** After a longer pause the servos have long come to rest. */
const LONGEST_S = 5;

export interface ServoBusOptions {
  /** Where the shafts are, ticks; the middle by default. One servo each, ids from 1. */
  readonly shafts?: Shafts;
  readonly positions?: readonly number[];
  /** As their EEPROM has them, ticks; none by default. */
  readonly homingOffsets?: readonly number[];
  /** Hands back what is sent, as adapters with one wire for both directions do. */
  readonly echo?: boolean;
  /** How late a servo answers, ms. */
  readonly latencyMs?: number;
}

/** What goes wrong, now. */
interface Faults {
  /** Servos that do not answer and do not move. */
  silent: Set<number>;
  /** Replies arrive in pieces of so many bytes. */
  splitBytes: number;
  /** Chance that noise comes before a reply, and that a bit of a reply, or of what arrives here, is changed. */
  noise: number;
}

export class ServoBusEmulator {
  readonly servos: EmulatedServo[];
  readonly faults: Faults = { silent: new Set(), splitBytes: 0, noise: 0 };
  /** When each servo's shaft was where, ticks, one entry a motion step: the last half minute at least. */
  readonly history: { readonly atMs: number; readonly shafts: readonly number[] }[] = [];
  /** What the servos turn, unless they were given something else to turn. */
  readonly shafts: FreeShafts;
  readonly #options: ServoBusOptions;
  readonly #pty: Pty;
  readonly #random = seededRandom(6);
  #pending: number[] = [];
  #outgoing: number[] = [];
  #nowMs = performance.now();

  constructor(options: ServoBusOptions = {}) {
    const positions = options.positions ?? [2048, 2048, 2048, 2048, 2048, 2048];
    this.#options = options;
    this.shafts = new FreeShafts(positions);
    this.servos = positions.map(
      (position, k) => new EmulatedServo(k + 1, position, options.homingOffsets?.[k] ?? 0),
    );
    this.#pty = new Pty((bytes) => this.#receive(bytes));
  }

  /** What a driver opens. */
  get path(): string {
    return this.#pty.path;
  }

  /** Lets the time pass that has passed since it was last looked at. */
  catchUp(): void {
    const now = performance.now();
    this.#nowMs = Math.max(this.#nowMs, now - 1000 * LONGEST_S);
    while (this.#nowMs + 1000 * STEP_S <= now) {
      this.#nowMs += 1000 * STEP_S;
      const drives = this.servos.map((servo) => servo.drive(STEP_S));
      const shafts = (this.#options.shafts ?? this.shafts).turn(drives, STEP_S);
      this.servos.forEach((servo, k) => servo.turned(shafts[k], STEP_S));
      this.history.push({ atMs: this.#nowMs, shafts });
      if (this.history.length > HISTORY) this.history.splice(0, HISTORY / 2);
    }
  }

  /** Where the shafts are now, ticks. */
  positions(): number[] {
    this.catchUp();
    return this.servos.map(({ shaft }) => shaft);
  }

  /** Returns when no shaft has turned for `quietMs`. */
  async atRest(quietMs = 60): Promise<void> {
    let before = this.positions();
    let quietSinceMs = performance.now();
    while (performance.now() - quietSinceMs < quietMs) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const now = this.positions();
      if (now.some((ticks, k) => Math.abs(ticks - before[k]) > 0.5)) quietSinceMs = performance.now();
      before = now;
    }
  }

  unplug(): void {
    this.catchUp();
    this.#pty.unplug();
  }

  plug(): void {
    this.#pending = [];
    this.#outgoing = [];
    this.#pty.plug();
  }

  /** Power off and on, of all servos. */
  switchOffAndOn(): void {
    this.catchUp();
    for (const servo of this.servos) servo.switchOn();
  }

  dispose(): void {
    this.#pty.dispose();
  }

  #receive(bytes: Uint8Array): void {
    this.catchUp();
    if (this.#options.echo === true) this.#pty.write(bytes);
    this.#pending.push(...this.#disturbed(bytes));
    for (;;) {
      while (this.#pending.length >= 2 && (this.#pending[0] !== 0xff || this.#pending[1] !== 0xff)) {
        this.#pending.shift();
      }
      if (this.#pending.length < 4 || this.#pending.length < 4 + this.#pending[3]) return;
      const body = this.#pending.splice(0, 4 + this.#pending[3]).slice(2);
      const sum = body.reduce((total, byte) => total + byte, 0);
      // With its checksum, which is the rest to 255, the low byte of the sum is 255.
      if (sum % 256 === 255) this.#carryOut(body[0], body[2], body.slice(3, -1));
    }
  }

  #carryOut(id: number, instruction: number, params: number[]): void {
    const servo = this.servos.find((candidate) => candidate.id === id);
    if (instruction === 0x82 && id === 0xfe) {
      const [address, count, ...ids] = params;
      for (const asked of ids) {
        const one = this.servos.find((candidate) => candidate.id === asked);
        if (one) this.#reply(one, one.read(address, count));
      }
    } else if (instruction === 0x83 && id === 0xfe) {
      const [address, count, ...data] = params;
      for (let at = 0; at < data.length; at += count + 1) {
        const one = this.servos.find((candidate) => candidate.id === data[at]);
        if (one && !this.faults.silent.has(one.id)) one.write(address, data.slice(at + 1, at + 1 + count));
      }
    } else if (servo && !this.faults.silent.has(id)) {
      if (instruction === 3) servo.write(params[0], params.slice(1));
      this.#reply(servo, instruction === 2 ? servo.read(params[0], params[1]) : []);
    }
  }

  #reply(servo: EmulatedServo, params: readonly number[]): void {
    if (this.faults.silent.has(servo.id)) return;
    const body = [servo.id, params.length + 2, servo.flags, ...params];
    const checksum = 255 - (body.reduce((sum, byte) => sum + byte, 0) % 256);
    const bytes = this.#disturbed([0xff, 0xff, ...body, checksum]);
    if (this.#random.next() < this.faults.noise) {
      bytes.unshift(
        ...Array.from({ length: 1 + this.#random.integer(5) }, () => 248 + this.#random.integer(8)),
      );
    }
    const latencyMs = this.#options.latencyMs ?? 0;
    if (latencyMs > 0) setTimeout(() => this.#write(bytes), latencyMs);
    else this.#write(bytes);
  }

  #disturbed(bytes: ArrayLike<number>): number[] {
    const out = Array.from(bytes);
    if (this.#random.next() < this.faults.noise) {
      out[this.#random.integer(out.length)] ^= 1 << this.#random.integer(8);
    }
    return out;
  }

  #write(bytes: readonly number[]): void {
    this.#outgoing.push(...bytes);
    this.#pump();
  }

  /** Everything at once, or piece by piece with the event loop's turns between. */
  #pump(): void {
    const pieceLength = this.faults.splitBytes || this.#outgoing.length;
    this.#pty.write(Uint8Array.from(this.#outgoing.splice(0, pieceLength)));
    if (this.#outgoing.length > 0) setTimeout(() => this.#pump(), 0);
  }
}
