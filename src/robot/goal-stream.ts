/**
 * A motion as a stream of goals, each only a little ahead of the last. An arm whose host dies, or is busy with something
 * else, has reached its last goal a moment later, and stops there by itself: that is the watchdog's one half. The other
 * is here: a stream that was interrupted for too long does not go on.
 */

export interface GoalStreamOptions {
  /** Time from goal to goal, ms. */
  readonly tickMs: number;
  /** A longer time without a goal ends the motion, ms. */
  readonly watchdogMs: number;
  /** How fast each number of the goal may change, a second: the step limit. */
  readonly maxSpeed: readonly number[];
  /** Hands one goal to the arm. */
  readonly write: (goal: readonly number[]) => Promise<void>;
  /** No goal was written for so long, ms: the motion has ended where it was. */
  readonly onStall: (gapMs: number) => void;
  /** A goal could not be written: the motion has ended where it was. */
  readonly onError: (error: unknown) => void;
}

/** Where to be, by the fraction of the motion's time that has passed, 0..1. The motion is over once it is at its end. */
export type Path = (fraction: number) => readonly number[];

/** A motion's end is written so often: on a wire without replies, one may be lost. */
const END_WRITES = 3;

interface Motion {
  readonly path: Path;
  readonly end: readonly number[];
  readonly durationMs: number;
  passedMs: number;
  /** How often the end was written. */
  endWrites: number;
}

export class GoalStream {
  readonly #options: GoalStreamOptions;
  #goal: readonly number[] = [];
  #motion: Motion | null = null;
  #endedAtMs = -Infinity;
  #isRunning = false;

  constructor(options: GoalStreamOptions) {
    this.#options = options;
  }

  /** The goal that the arm was given last. */
  get goal(): readonly number[] {
    return this.#goal;
  }

  /** Whether the goal is still on its way to the motion's end. */
  get isMoving(): boolean {
    return this.#motion !== null && this.#motion.endWrites === 0;
  }

  /** When the goal last came to rest, on the clock of `performance.now()`. */
  get endedAtMs(): number {
    return this.#endedAtMs;
  }

  /** The arm's goal is this already: nothing is written. Ends the motion under way. */
  startFrom(goal: readonly number[]): void {
    this.stop();
    this.#goal = [...goal];
  }

  /** Begins a motion in the place of the one under way; it takes longer than `durationS` when it is too fast. */
  follow(path: Path, durationS: number): void {
    this.#motion = { path, end: path(1), durationMs: 1000 * durationS, passedMs: 0, endWrites: 0 };
    if (!this.#isRunning) void this.#run();
  }

  /** No goal is written any more: the arm comes to rest at the last one. */
  stop(): void {
    if (this.isMoving) this.#endedAtMs = performance.now();
    this.#motion = null;
  }

  async #run(): Promise<void> {
    const { tickMs, watchdogMs, write, onStall, onError } = this.#options;
    this.#isRunning = true;
    let gapMs = tickMs;
    let lastMs = performance.now();
    while (this.#motion !== null) {
      if (gapMs > watchdogMs) {
        this.stop();
        onStall(gapMs);
        break;
      }
      // What was missed is not made up for by a leap.
      this.#advance(this.#motion, Math.min(gapMs, 2 * tickMs));
      try {
        await write(this.#goal);
      } catch (error) {
        this.stop();
        onError(error);
        break;
      }
      const restMs = lastMs + tickMs - performance.now();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, restMs)));
      gapMs = performance.now() - lastMs;
      lastMs += gapMs;
    }
    this.#isRunning = false;
  }

  /** The next goal: where the path is after `ms` more, as far as the step limit lets it. */
  #advance(motion: Motion, ms: number): void {
    motion.passedMs += ms;
    const fraction = Math.min(1, motion.passedMs / motion.durationMs);
    const wanted = motion.path(fraction);
    const before = this.#goal;
    this.#goal = wanted.map((value, k) => {
      const farthest = (this.#options.maxSpeed[k] * ms) / 1000;
      return before[k] + Math.max(-farthest, Math.min(farthest, value - before[k]));
    });
    if (!motion.end.every((value, k) => value === this.#goal[k])) return;
    if (++motion.endWrites === 1) this.#endedAtMs = performance.now();
    if (motion.endWrites === END_WRITES) this.#motion = null;
  }
}
