/** A G-code controller behind a pseudo-terminal: Marlin's answers, a short queue of straight motions, open-loop. */
import { Pty } from './pty.ts';

interface Segment {
  readonly to: readonly number[];
  readonly mmPerS: number;
}

/** Motions that wait for the one under way; further ones are answered when there is room. */
const QUEUE = 4;
const STEP_S = 0.002;

export class GcodeEmulator {
  /** Where the tip is, mm. */
  readonly at: number[];
  motorsOn = false;
  /** Whether it answers with an error to everything, as after an emergency stop. */
  halted = false;
  /** Every line that it heard. */
  readonly lines: string[] = [];
  readonly #pty: Pty;
  readonly #timer: NodeJS.Timeout;
  #queue: Segment[] = [];
  /** Lines that came and are not carried out yet. */
  #waiting: string[] = [];
  #unread = '';
  readonly #listensAtMs: number;
  #mmPerS = 50;
  #nowMs = performance.now();

  /** @param bootMs it listens to nothing before, as a board that restarts when its port is opened */
  constructor(at: readonly number[], bootMs = 0) {
    this.at = [...at];
    this.#listensAtMs = performance.now() + bootMs;
    this.#pty = new Pty((bytes) => this.#receive(Buffer.from(bytes).toString('latin1')));
    this.#pty.write(Buffer.from('start\necho:Marlin 2.1 (emulated)\n'));
    this.#timer = setInterval(() => this.#work(), 2);
  }

  get path(): string {
    return this.#pty.path;
  }

  /** Returns when all motions have ended, for a while. */
  async atRest(quietMs = 120): Promise<void> {
    let quietSinceMs = performance.now();
    while (performance.now() - quietSinceMs < quietMs) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (this.#queue.length > 0 || this.#waiting.length > 0) quietSinceMs = performance.now();
    }
  }

  unplug(): void {
    this.#pty.unplug();
  }

  plug(): void {
    this.#unread = '';
    this.#waiting = [];
    this.#pty.plug();
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#pty.dispose();
  }

  #receive(text: string): void {
    const lines = (this.#unread + text).split('\n');
    this.#unread = lines.pop() ?? '';
    if (performance.now() < this.#listensAtMs) return;
    this.lines.push(...lines);
    this.#waiting.push(...lines);
    this.#work();
  }

  #work(): void {
    this.#catchUp();
    while (this.#waiting.length > 0 && this.#queue.length < QUEUE) {
      this.#pty.write(Buffer.from(this.#carryOut(this.#waiting.shift()!)));
    }
  }

  #catchUp(): void {
    const now = performance.now();
    while (this.#nowMs + 1000 * STEP_S <= now) {
      this.#nowMs += 1000 * STEP_S;
      const [segment] = this.#queue;
      if (segment === undefined) continue;
      const left = Math.hypot(...segment.to.map((v, d) => v - this.at[d]));
      const share = Math.min(1, (segment.mmPerS * STEP_S) / Math.max(left, 1e-9));
      segment.to.forEach((v, d) => (this.at[d] += share * (v - this.at[d])));
      if (share === 1) this.#queue.shift();
    }
  }

  #carryOut(line: string): string {
    const [code, ...words] = line.replace(/;.*/, '').trim().toUpperCase().split(/\s+/);
    if (this.halted) return 'Error:Printer halted. kill() called!\n';
    if (code === 'G0' || code === 'G1') {
      const to = [...this.#destination()];
      for (const word of words) {
        const axis = 'XYZ'.indexOf(word[0]);
        if (axis >= 0) to[axis] = Number(word.slice(1));
        if (word.startsWith('F')) this.#mmPerS = Number(word.slice(1)) / 60;
      }
      this.motorsOn = true;
      this.#queue.push({ to, mmPerS: this.#mmPerS });
      return 'ok\n';
    }
    if (code === 'M114') {
      const [x, y, z] = this.#destination().map((mm) => mm.toFixed(2));
      return `X:${x} Y:${y} Z:${z} E:0.00 Count X:0 Y:0 Z:0\nok\n`;
    }
    if (code === 'M410') this.#queue = [];
    if (code === 'M17') this.motorsOn = true;
    if (code === 'M18') this.motorsOn = false;
    return ['M410', 'M17', 'M18', 'G21', 'G90'].includes(code)
      ? 'ok\n'
      : `echo:Unknown command: "${line}"\nok\n`;
  }

  /** Where it will be when all motions have ended: what Marlin calls its position. */
  #destination(): readonly number[] {
    return this.#queue.at(-1)?.to ?? this.at;
  }
}
