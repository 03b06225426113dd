/**
 * A line to a G-code controller: one command a line, each answered by `ok`, perhaps after other lines. Source: RepRap's
 * G-code protocol, as Marlin (printers, plotters) and the uArm's firmware speak it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ForesightError } from '../../spec/errors.ts';
import { countdown } from '../countdown.ts';
import { openSerialLine, type SerialLine } from '../serial-port.ts';

/** Boards restart when their port is opened, and take this long to listen: so many tries, this long each, ms. */
const BOOT_TRIES = 5;
const BOOT_TRY_MS = 700;
/** Answers to tries that were not lost after all come within this time, ms. */
const BOOT_QUIET_MS = 50;

interface Command {
  readonly timeoutMs: number;
  readonly answer: string[];
  readonly settle: (problem: string | null) => void;
}

export class GcodeLine {
  readonly path: string;
  readonly #baudRate: number;
  readonly #timeoutMs: number;
  #line: SerialLine | null = null;
  #closed = false;
  #unread = '';
  #command: Command | null = null;
  #stopWaiting = (): void => {};
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(path: string, baudRate: number, timeoutMs = 2000) {
    this.path = path;
    this.#baudRate = baudRate;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Opens the line, or opens it again after its cable was pulled, and asks `question` until there is an answer. Throws a
   * ForesightError when none comes.
   */
  async open(question: string): Promise<void> {
    if (this.#line !== null) return;
    this.#unread = '';
    this.#line = await openSerialLine(this.path, this.#baudRate, {
      onBytes: (bytes) => this.#receive(Buffer.from(bytes).toString('latin1')),
      onLost: () => {
        this.#line = null;
        this.#command?.settle('the cable was pulled');
      },
    });
    this.#closed = false;
    for (let left = BOOT_TRIES - 1; ; left--) {
      try {
        await this.command(question, BOOT_TRY_MS);
        break;
      } catch (error) {
        if (left > 0 && this.#line !== null) continue;
        await this.close();
        throw error;
      }
    }
    await sleep(BOOT_QUIET_MS);
  }

  /** Sends a command; returns what came before, and with, its `ok`. Throws a ForesightError when none comes. */
  command(text: string, timeoutMs = this.#timeoutMs): Promise<string[]> {
    const turn = this.#lastTurn.then(() => this.#send(text, timeoutMs));
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    const line = this.#line;
    this.#closed = true;
    this.#line = null;
    this.#command?.settle('the line is closed');
    await line?.close();
  }

  async #send(text: string, timeoutMs: number): Promise<string[]> {
    if (this.#line === null)
      throw this.#problem(text, this.#closed ? 'the line is closed' : 'the cable was pulled');
    const answer: string[] = [];
    const settled = new Promise<string | null>((settle) => {
      this.#command = { timeoutMs, answer, settle };
    });
    this.#expectAnswer();
    try {
      const writing = this.#line.write(Buffer.from(`${text}\n`, 'latin1'));
      const problem = await writing.then(
        () => settled,
        () => 'the cable was pulled',
      );
      if (problem !== null) throw this.#problem(text, problem);
      return answer;
    } finally {
      this.#command = null;
      this.#stopWaiting();
    }
  }

  #expectAnswer(): void {
    this.#stopWaiting();
    const command = this.#command;
    if (command !== null) this.#stopWaiting = countdown(command.timeoutMs, () => command.settle('no answer'));
  }

  #receive(text: string): void {
    const lines = (this.#unread + text).split(/\r?\n/);
    this.#unread = lines.pop() ?? '';
    for (const line of lines) this.#take(line.trim());
  }

  #take(line: string): void {
    const command = this.#command;
    if (command === null || line === '') return;
    if (/^(error|!!)/i.test(line)) command.settle(`the controller says '${line}'`);
    else if (/^ok\b/i.test(line)) {
      command.answer.push(line);
      command.settle(null);
    } else {
      command.answer.push(line);
      // "echo:busy: processing" comes while a long motion goes on: it is alive.
      this.#expectAnswer();
    }
  }

  #problem(text: string, problem: string): ForesightError {
    return new ForesightError(`${this.path}: ${problem} (to ${text})`, {
      next: "check the arm's cable and its power, then run the command again",
    });
  }
}
